#ifndef Py_CPYTHON_ERRORS_H
#  error "include Python.h instead of this header"
#endif

/* -- Exception objects ---------------------------------------------------- */

/* The head of every exception object; all fields own and may be NULL, save
   args, which is always a tuple once the object has been initialised. */
#define PyException_HEAD                        \
    PyObject_HEAD PyObject *dict;               \
    PyObject *args;                             \
    PyObject *notes;                            \
    PyObject *traceback;                        \
    PyObject *context;                          \
    PyObject *cause;                            \
    char suppress_context;

typedef struct {
    PyException_HEAD
} PyBaseExceptionObject;

typedef struct {
    PyException_HEAD
    PyObject *msg;
    PyObject *excs;
} PyBaseExceptionGroupObject;

typedef struct {
    PyException_HEAD
    PyObject *msg;
    PyObject *filename;
    PyObject *lineno;
    PyObject *offset;
    PyObject *end_lineno;
    PyObject *end_offset;
    PyObject *text;
    PyObject *print_file_and_line;
} PySyntaxErrorObject;

typedef struct {
    PyException_HEAD
    PyObject *msg;
    PyObject *name;
    PyObject *path;
} PyImportErrorObject;

typedef struct {
    PyException_HEAD
    PyObject *encoding;
    PyObject *object;
    Py_ssize_t start;
    Py_ssize_t end;
    PyObject *reason;
} PyUnicodeErrorObject;

typedef struct {
    PyException_HEAD
    PyObject *code;
} PySystemExitObject;

typedef struct {
    PyException_HEAD
    PyObject *myerrno;
    PyObject *strerror;
    PyObject *filename;
    PyObject *filename2;
    Py_ssize_t written;     /* BlockingIOError only; -1 means unset */
} PyOSErrorObject;

typedef struct {
    PyException_HEAD
    PyObject *value;
} PyStopIterationObject;

typedef struct {
    PyException_HEAD
    PyObject *name;
} PyNameErrorObject;

typedef struct {
    PyException_HEAD
    PyObject *obj;
    PyObject *name;
} PyAttributeErrorObject;

typedef PyOSErrorObject PyEnvironmentErrorObject;

/* -- Raising and handling ------------------------------------------------- */

PyAPI_FUNC(void) _PyErr_SetKeyError(PyObject *);
PyAPI_FUNC(_PyErr_StackItem *) _PyErr_GetTopmostException(
    PyThreadState *tstate);
PyAPI_FUNC(PyObject *) _PyErr_GetHandledException(PyThreadState *);
PyAPI_FUNC(void) _PyErr_SetHandledException(PyThreadState *, PyObject *);
PyAPI_FUNC(void) _PyErr_GetExcInfo(PyThreadState *, PyObject **, PyObject **,
                                   PyObject **);

PyAPI_FUNC(void) _PyErr_ChainExceptions(PyObject *, PyObject *, PyObject *);

/* As PyErr_Format; the current exception becomes cause and context. */
PyAPI_FUNC(PyObject *) _PyErr_FormatFromCause(PyObject *exception,
                                              const char *format, ...);

extern int _PyException_AddNote(PyObject *exc, PyObject *note);

/* Replaces the current exception by one of the same type with a better
   message, the current one as its cause, where that loses nothing. */
PyAPI_FUNC(PyObject *) _PyErr_TrySetFromCause(const char *prefix_format, ...);

/* -- Syntax errors --------------------------------------------------------- */

PyAPI_FUNC(void) PyErr_SyntaxLocationObject(PyObject *filename, int lineno,
                                            int col_offset);
PyAPI_FUNC(void) PyErr_RangedSyntaxLocationObject(PyObject *filename,
                                                  int lineno, int col_offset,
                                                  int end_lineno,
                                                  int end_col_offset);
PyAPI_FUNC(PyObject *) PyErr_ProgramTextObject(PyObject *filename,
                                               int lineno);
PyAPI_FUNC(PyObject *) _PyErr_ProgramDecodedTextObject(PyObject *filename,
                                                       int lineno,
                                                       const char *encoding);

PyAPI_FUNC(PyObject *) _PyUnicodeTranslateError_Create(PyObject *object,
                                                       Py_ssize_t start,
                                                       Py_ssize_t end,
                                                       const char *reason);

PyAPI_FUNC(void) _PyErr_WriteUnraisableMsg(const char *err_msg,
                                           PyObject *obj);

/* -- Fatal errors ---------------------------------------------------------- */

PyAPI_FUNC(void) _Py_NO_RETURN _Py_FatalErrorFunc(const char *func,
                                                  const char *message);
PyAPI_FUNC(void) _Py_NO_RETURN _Py_FatalErrorFormat(const char *func,
                                                    const char *format, ...);

#define Py_FatalError(message) _Py_FatalErrorFunc(__func__, (message))
