/* Reading the location table of code objects: lines, positions, and the
 * iterators over them.
 *
 * The table has an entry for each run of up to eight code units: a head byte
 * 0x80 | kind << 3 | (units - 1), and bytes below 0x80 as the kind wants.
 * Lines are relative to the line of the entry before. */

#include "Python.h"
#include "pycore_code.h"
#include "codeobject_lines.h"

/* -- Reading entries ----------------------------------------------------- */

static unsigned
read_varint(const uint8_t **p, const uint8_t *limit)
{
    unsigned value = 0;
    int shift = 0;
    while (*p < limit) {
        unsigned byte = *(*p)++;
        if (shift < 32) {
            value |= (byte & 63) << shift;
        }
        shift += 6;
        if (!(byte & 64)) {
            break;
        }
    }
    return value;
}

static int
read_signed_varint(const uint8_t **p, const uint8_t *limit)
{
    unsigned value = read_varint(p, limit);
    int magnitude = (int)(value >> 1);
    return value & 1 ? -magnitude : magnitude;
}

static inline int
entry_kind(const uint8_t *p)
{
    return (*p >> 3) & 15;
}

/* How far the entry moves the line. */
static int
entry_line_delta(const uint8_t *p, const uint8_t *limit)
{
    int kind = entry_kind(p);
    switch (kind) {
        case PY_CODE_LOCATION_INFO_NO_COLUMNS:
        case PY_CODE_LOCATION_INFO_LONG:
            p++;
            return read_signed_varint(&p, limit);
        case PY_CODE_LOCATION_INFO_ONE_LINE0:
        case PY_CODE_LOCATION_INFO_ONE_LINE1:
        case PY_CODE_LOCATION_INFO_ONE_LINE2:
            return kind - PY_CODE_LOCATION_INFO_ONE_LINE0;
        default:
            return 0;
    }
}

static inline int
entry_bytes_of_code(const uint8_t *p)
{
    return ((*p & 7) + 1) * (int)sizeof(_Py_CODEUNIT);
}

/* -- Ranges of one line -------------------------------------------------- */

void
_PyLineTable_InitAddressRange(const char *linetable, Py_ssize_t length,
                              int firstlineno, PyCodeAddressRange *range)
{
    range->opaque.lo_next = (const uint8_t *)linetable;
    range->opaque.limit = range->opaque.lo_next + length;
    range->ar_start = -1;
    range->ar_end = 0;
    range->opaque.computed_line = firstlineno;
    range->ar_line = -1;
}

int
_PyCode_InitAddressRange(PyCodeObject *co, PyCodeAddressRange *bounds)
{
    assert(co->co_linetable != NULL);
    _PyLineTable_InitAddressRange(PyBytes_AS_STRING(co->co_linetable),
                                  PyBytes_GET_SIZE(co->co_linetable),
                                  co->co_firstlineno, bounds);
    return bounds->ar_line;
}

static void
skip_entry(PyCodeAddressRange *range)
{
    do {
        range->opaque.lo_next++;
    } while (range->opaque.lo_next < range->opaque.limit
             && !(*range->opaque.lo_next & 0x80));
}

int
_PyLineTable_NextAddressRange(PyCodeAddressRange *range)
{
    const uint8_t *entry = range->opaque.lo_next;
    if (entry >= range->opaque.limit) {
        return 0;
    }
    range->opaque.computed_line +=
        entry_line_delta(entry, range->opaque.limit);
    range->ar_line = entry_kind(entry) == PY_CODE_LOCATION_INFO_NONE
                         ? -1
                         : range->opaque.computed_line;
    range->ar_start = range->ar_end;
    range->ar_end += entry_bytes_of_code(entry);
    skip_entry(range);
    return 1;
}

/* The start of the entry before p. */
static const uint8_t *
previous_entry(const uint8_t *p)
{
    do {
        p--;
    } while (!(*p & 0x80));
    return p;
}

int
_PyLineTable_PreviousAddressRange(PyCodeAddressRange *range)
{
    if (range->ar_start <= 0) {
        return 0;
    }
    const uint8_t *current = previous_entry(range->opaque.lo_next);
    range->opaque.computed_line -=
        entry_line_delta(current, range->opaque.limit);
    range->opaque.lo_next = current;
    range->ar_end = range->ar_start;
    const uint8_t *entry = previous_entry(current);
    range->ar_start -= entry_bytes_of_code(entry);
    range->ar_line = entry_kind(entry) == PY_CODE_LOCATION_INFO_NONE
                         ? -1
                         : range->opaque.computed_line;
    return 1;
}

/* Move the range to the instruction; its line, -1 if there is none. */
int
_PyCode_CheckLineNumber(int lasti, PyCodeAddressRange *bounds)
{
    while (bounds->ar_end <= lasti) {
        if (!_PyLineTable_NextAddressRange(bounds)) {
            return -1;
        }
    }
    while (bounds->ar_start > lasti) {
        if (!_PyLineTable_PreviousAddressRange(bounds)) {
            return -1;
        }
    }
    return bounds->ar_line;
}

/* One pass over the table, without a cursor: every traceback entry asks. */
static int
line_of_offset(PyCodeObject *code, int offset)
{
    PyObject *table = code->co_linetable;
    const uint8_t *p = (const uint8_t *)PyBytes_AS_STRING(table);
    const uint8_t *limit = p + PyBytes_GET_SIZE(table);
    int line = code->co_firstlineno;
    int end = 0;
    while (p < limit) {
        int kind = entry_kind(p);
        if (kind >= PY_CODE_LOCATION_INFO_ONE_LINE0) {
            line += entry_line_delta(p, limit);
        }
        end += entry_bytes_of_code(p);
        if (offset < end) {
            return kind == PY_CODE_LOCATION_INFO_NONE ? -1 : line;
        }
        do {
            p++;
        } while (p < limit && !(*p & 0x80));
    }
    return -1;
}

int
PyCode_Addr2Line(PyCodeObject *code, int addrq)
{
    if (addrq < 0) {
        return code->co_firstlineno;
    }
    if (code->_co_linearray != NULL) {
        return _PyCode_LineNumberFromArray(
            code, addrq / (int)sizeof(_Py_CODEUNIT));
    }
    return line_of_offset(code, addrq);
}

/* -- Line arrays --------------------------------------------------------- */

int
_PyCode_CreateLineArray(PyCodeObject *co)
{
    assert(co->_co_linearray == NULL);
    PyCodeAddressRange bounds;
    Py_ssize_t size = Py_SIZE(co);
    int max_line = 0;
    _PyCode_InitAddressRange(co, &bounds);
    while (_PyLineTable_NextAddressRange(&bounds)) {
        if (bounds.ar_line > max_line) {
            max_line = bounds.ar_line;
        }
    }
    size_t entry = max_line < (1 << 15) ? 2 : 4;
    char *lines = PyMem_Malloc((size_t)size * entry);
    if (lines == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memset(lines, 0xff, (size_t)size * entry);
    _PyCode_InitAddressRange(co, &bounds);
    while (_PyLineTable_NextAddressRange(&bounds)) {
        Py_ssize_t end = bounds.ar_end / (Py_ssize_t)sizeof(_Py_CODEUNIT);
        Py_ssize_t i = bounds.ar_start / (Py_ssize_t)sizeof(_Py_CODEUNIT);
        for (; i < end && i < size; i++) {
            if (entry == 2) {
                ((int16_t *)lines)[i] = (int16_t)bounds.ar_line;
            }
            else {
                ((int32_t *)lines)[i] = bounds.ar_line;
            }
        }
    }
    co->_co_linearray_entry_size = (short)entry;
    co->_co_linearray = lines;
    return 0;
}

/* -- Positions ----------------------------------------------------------- */

struct columns {
    int end_line;  /* -1 where unknown, as the others */
    int col;
    int end_col;
};

/* Like _PyLineTable_NextAddressRange(), with columns. */
static int
next_range_with_columns(PyCodeAddressRange *range, struct columns *columns)
{
    const uint8_t *limit = range->opaque.limit;
    const uint8_t *p = range->opaque.lo_next;
    if (p >= limit) {
        return 0;
    }
    int kind = entry_kind(p);
    range->ar_start = range->ar_end;
    range->ar_end += entry_bytes_of_code(p);
    p++;
    switch (kind) {
        case PY_CODE_LOCATION_INFO_NONE:
            range->ar_line = -1;
            *columns = (struct columns){-1, -1, -1};
            break;
        case PY_CODE_LOCATION_INFO_LONG: {
            range->opaque.computed_line += read_signed_varint(&p, limit);
            range->ar_line = range->opaque.computed_line;
            columns->end_line =
                range->ar_line + (int)read_varint(&p, limit);
            columns->col = (int)read_varint(&p, limit) - 1;
            columns->end_col = (int)read_varint(&p, limit) - 1;
            break;
        }
        case PY_CODE_LOCATION_INFO_NO_COLUMNS:
            range->opaque.computed_line += read_signed_varint(&p, limit);
            range->ar_line = range->opaque.computed_line;
            *columns = (struct columns){range->ar_line, -1, -1};
            break;
        case PY_CODE_LOCATION_INFO_ONE_LINE0:
        case PY_CODE_LOCATION_INFO_ONE_LINE1:
        case PY_CODE_LOCATION_INFO_ONE_LINE2:
            range->opaque.computed_line +=
                kind - PY_CODE_LOCATION_INFO_ONE_LINE0;
            range->ar_line = range->opaque.computed_line;
            columns->end_line = range->ar_line;
            columns->col = p < limit ? p[0] : -1;
            columns->end_col = p + 1 < limit ? p[1] : -1;
            break;
        default: {
            int second = p < limit ? *p : 0;
            range->ar_line = range->opaque.computed_line;
            columns->end_line = range->ar_line;
            columns->col = (kind << 3) | (second >> 4);
            columns->end_col = columns->col + (second & 15);
            break;
        }
    }
    skip_entry(range);
    return 1;
}

int
PyCode_Addr2Location(PyCodeObject *co, int addrq, int *start_line,
                     int *start_column, int *end_line, int *end_column)
{
    if (addrq < 0) {
        *start_line = *end_line = co->co_firstlineno;
        *start_column = *end_column = 0;
        return 1;
    }
    PyCodeAddressRange range;
    struct columns columns = {-1, -1, -1};
    _PyCode_InitAddressRange(co, &range);
    while (range.ar_end <= addrq) {
        if (!next_range_with_columns(&range, &columns)) {
            return 0;
        }
    }
    *start_line = range.ar_line;
    *start_column = columns.col;
    *end_line = columns.end_line;
    *end_column = columns.end_col;
    return 1;
}

/* -- Other forms of the table -------------------------------------------- */

/* Append to a bytes object that grows by doubling; *size counts. */
static int
append_bytes(PyObject **bytes, Py_ssize_t *size, const uint8_t *data,
             Py_ssize_t n)
{
    Py_ssize_t capacity = PyBytes_GET_SIZE(*bytes);
    if (*size + n > capacity) {
        if (_PyBytes_Resize(bytes, Py_MAX(capacity * 2, *size + n)) < 0) {
            return -1;
        }
    }
    memcpy(PyBytes_AS_STRING(*bytes) + *size, data, (size_t)n);
    *size += n;
    return 0;
}

PyObject *
code_remove_columns(PyObject *linetable)
{
    PyObject *result = PyBytes_FromStringAndSize(NULL, 64);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t size = 0;
    PyCodeAddressRange range;
    _PyLineTable_InitAddressRange(PyBytes_AS_STRING(linetable),
                                  PyBytes_GET_SIZE(linetable), 0, &range);
    while (range.opaque.lo_next < range.opaque.limit) {
        const uint8_t *entry = range.opaque.lo_next;
        uint8_t buf[12];
        int n = 0;
        int units = (*entry & 7) + 1;
        if (entry_kind(entry) == PY_CODE_LOCATION_INFO_NONE) {
            n += write_location_entry_start(
                buf, PY_CODE_LOCATION_INFO_NONE, units);
        }
        else {
            n += write_location_entry_start(
                buf, PY_CODE_LOCATION_INFO_NO_COLUMNS, units);
            n += write_signed_varint(
                buf + n, entry_line_delta(entry, range.opaque.limit));
        }
        if (append_bytes(&result, &size, buf, n) < 0) {
            return NULL;
        }
        skip_entry(&range);
    }
    _PyBytes_Resize(&result, size);
    return result;
}

/* One step of the old table, in pairs of an unsigned and a signed byte. */
static int
append_old_delta(PyObject **bytes, Py_ssize_t *size, int bdelta, int ldelta)
{
    while (bdelta > 255) {
        if (append_bytes(bytes, size, (const uint8_t[]){255, 0}, 2) < 0) {
            return -1;
        }
        bdelta -= 255;
    }
    while (ldelta > 127 || ldelta < -128) {
        int step = ldelta > 127 ? 127 : -128;
        const uint8_t pair[] = {(uint8_t)bdelta, (uint8_t)step};
        if (append_bytes(bytes, size, pair, 2) < 0) {
            return -1;
        }
        bdelta = 0;
        ldelta -= step;
    }
    const uint8_t pair[] = {(uint8_t)bdelta, (uint8_t)ldelta};
    return append_bytes(bytes, size, pair, 2);
}

PyObject *
code_make_lnotab(PyCodeObject *co)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, 64);
    if (bytes == NULL) {
        return NULL;
    }
    Py_ssize_t size = 0;
    int line = co->co_firstlineno;
    int start = 0;
    PyCodeAddressRange bounds;
    _PyCode_InitAddressRange(co, &bounds);
    while (_PyLineTable_NextAddressRange(&bounds)) {
        int new_line = bounds.opaque.computed_line;
        if (new_line == line) {
            continue;
        }
        if (append_old_delta(&bytes, &size, bounds.ar_start - start,
                             new_line - line) < 0)
        {
            Py_XDECREF(bytes);
            return NULL;
        }
        start = bounds.ar_start;
        line = new_line;
    }
    _PyBytes_Resize(&bytes, size);
    return bytes;
}

/* -- co_lines() ---------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyCodeObject *code;        /* owned, keeps the table */
    PyCodeAddressRange range;  /* the run of one line seen last */
} LineIterator;

static void
lineiter_dealloc(LineIterator *self)
{
    Py_DECREF(self->code);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
lineiter_next(LineIterator *self)
{
    PyCodeAddressRange *bounds = &self->range;
    if (bounds->opaque.lo_next >= bounds->opaque.limit) {
        return NULL;
    }
    int start = bounds->ar_end;
    int line = -1;
    int first = 1;
    /* entries of one line are one range */
    while (bounds->opaque.lo_next < bounds->opaque.limit) {
        PyCodeAddressRange next = *bounds;
        _PyLineTable_NextAddressRange(&next);
        if (!first && next.ar_line != line) {
            break;
        }
        line = next.ar_line;
        first = 0;
        *bounds = next;
    }
    PyObject *line_obj =
        line < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(line);
    if (line_obj == NULL) {
        return NULL;
    }
    return Py_BuildValue("iiN", start, bounds->ar_end, line_obj);
}

PyTypeObject _PyLineIterator = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "line_iterator",
    .tp_basicsize = sizeof(LineIterator),
    .tp_dealloc = (destructor)lineiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)lineiter_next,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_Del,
};

PyObject *
code_lines_iterator(PyCodeObject *co)
{
    LineIterator *self =
        (LineIterator *)PyType_GenericAlloc(&_PyLineIterator, 0);
    if (self == NULL) {
        return NULL;
    }
    self->code = (PyCodeObject *)Py_NewRef(co);
    _PyCode_InitAddressRange(co, &self->range);
    return (PyObject *)self;
}

/* -- co_positions() ------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyCodeObject *code;
    PyCodeAddressRange range;
    struct columns columns;  /* of the range */
    int offset;              /* in bytes, of the next unit */
} PositionsIterator;

static void
positionsiter_dealloc(PositionsIterator *self)
{
    Py_DECREF(self->code);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
number_or_none(int value)
{
    return value < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(value);
}

static PyObject *
positionsiter_next(PositionsIterator *self)
{
    if (self->offset >= self->range.ar_end
        && !next_range_with_columns(&self->range, &self->columns))
    {
        return NULL;
    }
    self->offset += (int)sizeof(_Py_CODEUNIT);
    const int values[4] = {self->range.ar_line, self->columns.end_line,
                           self->columns.col, self->columns.end_col};
    PyObject *tuple = PyTuple_New(4);
    if (tuple == NULL) {
        return NULL;
    }
    for (int i = 0; i < 4; i++) {
        PyObject *value = number_or_none(values[i]);
        if (value == NULL) {
            Py_DECREF(tuple);
            return NULL;
        }
        PyTuple_SET_ITEM(tuple, i, value);
    }
    return tuple;
}

PyTypeObject _PyPositionsIterator = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "positions_iterator",
    .tp_basicsize = sizeof(PositionsIterator),
    .tp_dealloc = (destructor)positionsiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)positionsiter_next,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_Del,
};

PyObject *
code_positions_iterator(PyCodeObject *co)
{
    PositionsIterator *self =
        (PositionsIterator *)PyType_GenericAlloc(&_PyPositionsIterator, 0);
    if (self == NULL) {
        return NULL;
    }
    self->code = (PyCodeObject *)Py_NewRef(co);
    _PyCode_InitAddressRange(co, &self->range);
    self->columns = (struct columns){-1, -1, -1};
    self->offset = 0;
    return (PyObject *)self;
}
