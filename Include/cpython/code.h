/* The layout of code objects and the functions that make and read them. */

#ifndef Py_LIMITED_API
#ifndef Py_CODE_H
#define Py_CODE_H
#ifdef __cplusplus
extern "C" {
#endif

/* One instruction: opcode in the byte that comes first in memory, then the
 * argument.  Inline cache entries have the same size. */
typedef uint16_t _Py_CODEUNIT;

#if PY_BIG_ENDIAN
#  define _Py_OPCODE(word) ((word) >> 8)
#  define _Py_OPARG(word) ((word) & 255)
#  define _Py_MAKECODEUNIT(opcode, oparg) (((opcode) << 8) | (oparg))
#else
#  define _Py_OPCODE(word) ((word) & 255)
#  define _Py_OPARG(word) ((word) >> 8)
#  define _Py_MAKECODEUNIT(opcode, oparg) ((opcode) | ((oparg) << 8))
#endif

/* Rewrite an instruction's opcode in place. */
#define _Py_SET_OPCODE(word, opcode) \
    do { ((unsigned char *)&(word))[0] = (opcode); } while (0)

/* The members of a code object whose trailing array has SIZE bytes; static
 * code objects in frozen modules use the same list with their own size. */
#define _PyCode_DEF(SIZE) {                                                   \
    PyObject_VAR_HEAD              /* ob_size: number of code units */        \
    PyObject *co_consts;           /* tuple */                                \
    PyObject *co_names;            /* tuple of str */                         \
    PyObject *co_exceptiontable;   /* bytes */                                \
    int co_flags;                  /* CO_* */                                 \
    short co_warmup;               /* calls until quickened, counts to 0 */   \
    short _co_linearray_entry_size;  /* bytes an entry of _co_linearray */    \
    int co_argcount;               /* arguments but *args, keyword-only */    \
    int co_posonlyargcount;        /* positional-only among them */           \
    int co_kwonlyargcount;         /* keyword-only arguments */               \
    int co_stacksize;              /* value stack entries needed */           \
    int co_firstlineno;            /* line of the first source line */        \
    int co_nlocalsplus;            /* locals, cells and free variables */     \
    int co_nlocals;                /* local variables */                      \
    int co_nplaincellvars;         /* cells that are no arguments */          \
    int co_ncellvars;              /* all cells */                            \
    int co_nfreevars;              /* free variables */                       \
    PyObject *co_localsplusnames;  /* tuple of str */                         \
    PyObject *co_localspluskinds;  /* bytes of CO_FAST_* */                   \
    PyObject *co_filename;         /* str */                                  \
    PyObject *co_name;             /* str */                                  \
    PyObject *co_qualname;         /* str */                                  \
    PyObject *co_linetable;        /* bytes: the location table */            \
    PyObject *co_weakreflist;      /* list of weak references */              \
    PyObject *_co_code;            /* co_code once asked for, or NULL */      \
    char *_co_linearray;           /* line of each code unit, for tracing */  \
    int _co_firsttraceable;        /* index of the first traced unit */       \
    void *co_extra;                /* slots of PEP 523 tools, or NULL */      \
    char co_code_adaptive[(SIZE)]; /* the instructions that execute */        \
}

struct PyCodeObject _PyCode_DEF(1);

/* -- co_flags ------------------------------------------------------------ */

#define CO_OPTIMIZED 0x0001
#define CO_NEWLOCALS 0x0002
#define CO_VARARGS 0x0004
#define CO_VARKEYWORDS 0x0008
#define CO_NESTED 0x0010
#define CO_GENERATOR 0x0020
#define CO_COROUTINE 0x0080
#define CO_ITERABLE_COROUTINE 0x0100
#define CO_ASYNC_GENERATOR 0x0200

#define CO_FUTURE_DIVISION 0x20000
#define CO_FUTURE_ABSOLUTE_IMPORT 0x40000
#define CO_FUTURE_WITH_STATEMENT 0x80000
#define CO_FUTURE_PRINT_FUNCTION 0x100000
#define CO_FUTURE_UNICODE_LITERALS 0x200000
#define CO_FUTURE_BARRY_AS_BDFL 0x400000
#define CO_FUTURE_GENERATOR_STOP 0x800000
#define CO_FUTURE_ANNOTATIONS 0x1000000

#define PY_PARSER_REQUIRES_FUTURE_KEYWORD

/* Most statically nested blocks. */
#define CO_MAXBLOCKS 20

/* -- The type ------------------------------------------------------------ */

PyAPI_DATA(PyTypeObject) PyCode_Type;

#define PyCode_Check(op) Py_IS_TYPE((op), &PyCode_Type)
#define PyCode_GetNumFree(op) ((op)->co_nfreevars)
#define _PyCode_CODE(CO) ((_Py_CODEUNIT *)(CO)->co_code_adaptive)
#define _PyCode_NBYTES(CO) \
    (Py_SIZE(CO) * (Py_ssize_t)sizeof(_Py_CODEUNIT))

PyAPI_FUNC(PyCodeObject *) PyCode_New(
    int argcount, int kwonlyargcount, int nlocals, int stacksize, int flags,
    PyObject *code, PyObject *consts, PyObject *names, PyObject *varnames,
    PyObject *freevars, PyObject *cellvars, PyObject *filename,
    PyObject *name, PyObject *qualname, int firstlineno, PyObject *linetable,
    PyObject *exceptiontable);
PyAPI_FUNC(PyCodeObject *) PyCode_NewWithPosOnlyArgs(
    int argcount, int posonlyargcount, int kwonlyargcount, int nlocals,
    int stacksize, int flags, PyObject *code, PyObject *consts,
    PyObject *names, PyObject *varnames, PyObject *freevars,
    PyObject *cellvars, PyObject *filename, PyObject *name,
    PyObject *qualname, int firstlineno, PyObject *linetable,
    PyObject *exceptiontable);

/* A code object without instructions of its own, for synthetic tracebacks. */
PyAPI_FUNC(PyCodeObject *) PyCode_NewEmpty(
    const char *filename, const char *funcname, int firstlineno);

/* The line of the instruction at a byte offset, -1 if it has none. */
PyAPI_FUNC(int) PyCode_Addr2Line(PyCodeObject *code, int addrq);
PyAPI_FUNC(int) PyCode_Addr2Location(PyCodeObject *code, int addrq,
                                     int *start_line, int *start_column,
                                     int *end_line, int *end_column);

/* A run of instructions with the same line, and the cursor behind it. */
typedef struct _line_offsets {
    int ar_start;               /* first byte offset */
    int ar_end;                 /* byte offset behind the last */
    int ar_line;                /* line, or -1 */
    struct _opaque {
        int computed_line;      /* line without the "no line" marker */
        const uint8_t *lo_next; /* next entry of the table */
        const uint8_t *limit;   /* end of the table */
    } opaque;
} PyCodeAddressRange;

PyAPI_FUNC(int) _PyCode_CheckLineNumber(int lasti,
                                        PyCodeAddressRange *bounds);

/* A key under which two constants are the same only if type and value are. */
PyAPI_FUNC(PyObject *) _PyCode_ConstantKey(PyObject *obj);

PyAPI_FUNC(PyObject *) PyCode_Optimize(PyObject *code, PyObject *consts,
                                       PyObject *names, PyObject *lnotab);

PyAPI_FUNC(int) _PyCode_GetExtra(PyObject *code, Py_ssize_t index,
                                 void **extra);
PyAPI_FUNC(int) _PyCode_SetExtra(PyObject *code, Py_ssize_t index,
                                 void *extra);

PyAPI_FUNC(PyObject *) PyCode_GetCode(PyCodeObject *code);
PyAPI_FUNC(PyObject *) PyCode_GetVarnames(PyCodeObject *code);
PyAPI_FUNC(PyObject *) PyCode_GetCellvars(PyCodeObject *code);
PyAPI_FUNC(PyObject *) PyCode_GetFreevars(PyCodeObject *code);

/* How an entry of the location table is encoded (bits 3-6 of its head). */
typedef enum _PyCodeLocationInfoKind {
    PY_CODE_LOCATION_INFO_SHORT0 = 0,
    PY_CODE_LOCATION_INFO_ONE_LINE0 = 10,
    PY_CODE_LOCATION_INFO_ONE_LINE1 = 11,
    PY_CODE_LOCATION_INFO_ONE_LINE2 = 12,
    PY_CODE_LOCATION_INFO_NO_COLUMNS = 13,
    PY_CODE_LOCATION_INFO_LONG = 14,
    PY_CODE_LOCATION_INFO_NONE = 15
} _PyCodeLocationInfoKind;

#ifdef __cplusplus
}
#endif
#endif /* !Py_CODE_H */
#endif /* !Py_LIMITED_API */
