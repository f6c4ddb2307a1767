/* Code objects inside the interpreter: inline caches, construction, the
 * location table, quickening. */

#ifndef Py_INTERNAL_CODE_H
#define Py_INTERNAL_CODE_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_opcode.h"  /* INLINE_CACHE_ENTRIES_* */

/* -- Inline caches -------------------------------------------------------
 * Each follows its instruction as whole code units; values wider than a unit
 * are arrays and go through read_u32() and friends. */

#define CACHE_ENTRIES(cache) (sizeof(cache) / sizeof(_Py_CODEUNIT))

typedef struct {
    _Py_CODEUNIT counter;                 /* until the next specialisation */
    _Py_CODEUNIT index;                   /* entry in the module's keys */
    _Py_CODEUNIT module_keys_version[2];
    _Py_CODEUNIT builtin_keys_version;
} _PyLoadGlobalCache;

typedef struct {
    _Py_CODEUNIT counter;
} _PyBinaryOpCache;

typedef struct {
    _Py_CODEUNIT counter;
} _PyUnpackSequenceCache;

typedef struct {
    _Py_CODEUNIT counter;
    _Py_CODEUNIT mask;                    /* outcomes that jump */
} _PyCompareOpCache;

typedef struct {
    _Py_CODEUNIT counter;
    _Py_CODEUNIT type_version[2];
    _Py_CODEUNIT func_version;
} _PyBinarySubscrCache;

typedef struct {
    _Py_CODEUNIT counter;
    _Py_CODEUNIT version[2];              /* of the type */
    _Py_CODEUNIT index;                   /* where the value lies */
} _PyAttrCache;

typedef struct {
    _Py_CODEUNIT counter;
    _Py_CODEUNIT type_version[2];
    _Py_CODEUNIT dict_offset;
    _Py_CODEUNIT keys_version[2];
    _Py_CODEUNIT descr[4];                /* borrowed from the type */
} _PyLoadMethodCache;

typedef struct {
    _Py_CODEUNIT counter;
    _Py_CODEUNIT func_version[2];
    _Py_CODEUNIT min_args;
} _PyCallCache;

typedef struct {
    _Py_CODEUNIT counter;
} _PyPrecallCache;

typedef struct {
    _Py_CODEUNIT counter;
} _PyStoreSubscrCache;

static inline void
write_u32(uint16_t *p, uint32_t val)
{
    memcpy(p, &val, sizeof(val));
}

static inline void
write_u64(uint16_t *p, uint64_t val)
{
    memcpy(p, &val, sizeof(val));
}

static inline void
write_obj(uint16_t *p, PyObject *val)
{
    memcpy(p, &val, sizeof(val));
}

static inline uint16_t
read_u16(uint16_t *p)
{
    return *p;
}

static inline uint32_t
read_u32(uint16_t *p)
{
    uint32_t val;
    memcpy(&val, p, sizeof(val));
    return val;
}

static inline uint64_t
read_u64(uint16_t *p)
{
    uint64_t val;
    memcpy(&val, p, sizeof(val));
    return val;
}

static inline PyObject *
read_obj(uint16_t *p)
{
    PyObject *val;
    memcpy(&val, p, sizeof(val));
    return val;
}

/* -- Quickening ----------------------------------------------------------
 * co_warmup counts calls and backward jumps up to zero; then the
 * instructions are replaced by their adaptive forms, once. */

#define QUICKENING_WARMUP_DELAY 8
#define QUICKENING_WARMUP_COLDEST 1
#define QUICKENING_INITIAL_WARMUP_VALUE (-QUICKENING_WARMUP_DELAY)

extern Py_ssize_t _Py_QuickenedCount;
extern void _PyCode_Quicken(PyCodeObject *code);

static inline void
_PyCode_Warmup(PyCodeObject *code)
{
    if (code->co_warmup != 0) {
        code->co_warmup++;
        if (code->co_warmup == 0) {
            _PyCode_Quicken(code);
        }
    }
}

/* -- Fast locals ---------------------------------------------------------
 * Order of the slots: arguments and other locals (some of them cells too),
 * cells that are no locals, free variables. */

#define CO_FAST_LOCAL 0x20
#define CO_FAST_CELL 0x40
#define CO_FAST_FREE 0x80

typedef unsigned char _PyLocals_Kind;

static inline _PyLocals_Kind
_PyLocals_GetKind(PyObject *kinds, int i)
{
    assert(PyBytes_Check(kinds));
    assert(0 <= i && i < PyBytes_GET_SIZE(kinds));
    return (_PyLocals_Kind)(PyBytes_AS_STRING(kinds)[i]);
}

static inline void
_PyLocals_SetKind(PyObject *kinds, int i, _PyLocals_Kind kind)
{
    assert(PyBytes_Check(kinds));
    assert(0 <= i && i < PyBytes_GET_SIZE(kinds));
    PyBytes_AS_STRING(kinds)[i] = (char)kind;
}

/* -- Construction -------------------------------------------------------- */

/* Everything that goes into a code object; all borrowed. */
struct _PyCodeConstructor {
    /* metadata */
    PyObject *filename;
    PyObject *name;
    PyObject *qualname;
    int flags;

    /* the code */
    PyObject *code;
    int firstlineno;
    PyObject *linetable;

    /* what the code uses */
    PyObject *consts;
    PyObject *names;

    /* the frame's slots */
    PyObject *localsplusnames;  /* tuple of str */
    PyObject *localspluskinds;  /* bytes of CO_FAST_*, as long */

    int argcount;
    int posonlyargcount;
    int kwonlyargcount;
    int stacksize;

    PyObject *exceptiontable;
};

/* _PyCode_New() presumes what _PyCode_Validate() checks. */
PyAPI_FUNC(int) _PyCode_Validate(struct _PyCodeConstructor *);
PyAPI_FUNC(PyCodeObject *) _PyCode_New(struct _PyCodeConstructor *);

extern PyObject *_PyCode_GetVarnames(PyCodeObject *);
extern PyObject *_PyCode_GetCellvars(PyCodeObject *);
extern PyObject *_PyCode_GetFreevars(PyCodeObject *);

/* Static code objects of frozen modules. */
extern int _PyStaticCode_InternStrings(PyCodeObject *co);
extern void _PyStaticCode_Dealloc(PyCodeObject *co);

/* Fill _co_linearray for the tracer. */
extern int _PyCode_CreateLineArray(PyCodeObject *);

/* The line of a code unit; needs _co_linearray. */
static inline int
_PyCode_LineNumberFromArray(PyCodeObject *co, int index)
{
    assert(co->_co_linearray != NULL);
    assert(index >= 0 && index < Py_SIZE(co));
    if (co->_co_linearray_entry_size == 2) {
        return ((int16_t *)co->_co_linearray)[index];
    }
    assert(co->_co_linearray_entry_size == 4);
    return ((int32_t *)co->_co_linearray)[index];
}

/* -- Walking the location table by lines --------------------------------- */

extern int _PyCode_InitAddressRange(PyCodeObject *co,
                                    PyCodeAddressRange *bounds);
extern void _PyLineTable_InitAddressRange(const char *linetable,
                                          Py_ssize_t length,
                                          int firstlineno,
                                          PyCodeAddressRange *range);
extern int _PyLineTable_NextAddressRange(PyCodeAddressRange *range);
extern int _PyLineTable_PreviousAddressRange(PyCodeAddressRange *range);

/* -- Writing the location table ------------------------------------------
 * An entry: head byte 0x80 | kind << 3 | (units - 1), then bytes below 0x80.
 * Numbers are little-endian groups of six bits, bit 6 says "more follows";
 * signed ones keep the sign in bit 0. */

static inline int
write_varint(uint8_t *ptr, unsigned int val)
{
    int written = 1;
    while (val >= 64) {
        *ptr++ = 64 | (val & 63);
        val >>= 6;
        written++;
    }
    *ptr = (uint8_t)val;
    return written;
}

static inline int
write_signed_varint(uint8_t *ptr, int val)
{
    unsigned int magnitude = val < 0 ? 0u - (unsigned)val : (unsigned)val;
    return write_varint(ptr, (magnitude << 1) | (val < 0));
}

static inline int
write_location_entry_start(uint8_t *ptr, int code, int length)
{
    assert((code & 15) == code);
    *ptr = (uint8_t)(128 | (code << 3) | (length - 1));
    return 1;
}

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_CODE_H */
