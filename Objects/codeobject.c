/* Code objects: construction, attributes, comparison, constant keys.
 *
 * The executing instructions (co_code_adaptive) change as they specialise;
 * co_code shows them as compiled and is made when asked for.  The location
 * table is read in codeobject_lines.c. */

#include "Python.h"
#include "pycore_code.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"
#include "structmember.h"
#include "codeobject_lines.h"

/* Slots of the tools that registered with _PyEval_RequestCodeExtraIndex(). */
struct code_extra {
    Py_ssize_t size;
    void *slots[];
};

/* -- Interning ----------------------------------------------------------- */

static int
intern_names(PyObject *tuple)
{
    for (Py_ssize_t i = PyTuple_GET_SIZE(tuple); --i >= 0;) {
        PyObject *name = PyTuple_GET_ITEM(tuple, i);
        if (name == NULL || !PyUnicode_CheckExact(name)) {
            PyErr_SetString(PyExc_SystemError,
                            "non-string found in code slot");
            return -1;
        }
        PyUnicode_InternInPlace(&PyTuple_GET_ITEM(tuple, i));
    }
    return 0;
}

/* Does the string look like an identifier? */
static int
is_name_like(PyObject *text)
{
    if (!PyUnicode_IS_ASCII(text)) {
        return 0;
    }
    const unsigned char *p = PyUnicode_1BYTE_DATA(text);
    const unsigned char *end = p + PyUnicode_GET_LENGTH(text);
    for (; p < end; p++) {
        if (!Py_ISALNUM(*p) && *p != '_') {
            return 0;
        }
    }
    return 1;
}

/* Intern name-like strings among the constants, at any depth: 1 if the tuple
 * changed. */
static int
intern_constants(PyObject *tuple)
{
    int modified = 0;
    for (Py_ssize_t i = PyTuple_GET_SIZE(tuple); --i >= 0;) {
        PyObject *value = PyTuple_GET_ITEM(tuple, i);
        if (PyUnicode_CheckExact(value)) {
            if (PyUnicode_READY(value) < 0) {
                return -1;
            }
            if (is_name_like(value)) {
                PyUnicode_InternInPlace(&PyTuple_GET_ITEM(tuple, i));
                modified |= PyTuple_GET_ITEM(tuple, i) != value;
            }
        }
        else if (PyTuple_CheckExact(value)) {
            if (Py_EnterRecursiveCall(" while interning constants")) {
                return -1;
            }
            int res = intern_constants(value);
            Py_LeaveRecursiveCall();
            if (res < 0) {
                return -1;
            }
        }
        else if (PyFrozenSet_CheckExact(value)) {
            PyObject *items = PySequence_Tuple(value);
            if (items == NULL) {
                return -1;
            }
            int res = intern_constants(items);
            if (res > 0) {
                PyObject *set = PyFrozenSet_New(items);
                if (set == NULL) {
                    res = -1;
                }
                else {
                    PyTuple_SET_ITEM(tuple, i, set);
                    Py_DECREF(value);
                    modified = 1;
                }
            }
            Py_DECREF(items);
            if (res < 0) {
                return -1;
            }
        }
    }
    return modified;
}

/* -- Kinds of fast locals ------------------------------------------------ */

static void
set_slot(int i, PyObject *name, _PyLocals_Kind kind, PyObject *names,
         PyObject *kinds)
{
    PyTuple_SET_ITEM(names, i, Py_NewRef(name));
    _PyLocals_SetKind(kinds, i, kind);
}

struct slot_counts {
    int locals;
    int plain_cells;  /* cells that are no locals */
    int cells;
    int free;
};

static struct slot_counts
count_slots(PyObject *names, PyObject *kinds)
{
    struct slot_counts n = {0, 0, 0, 0};
    int nslots = (int)PyTuple_GET_SIZE(names);
    for (int i = 0; i < nslots; i++) {
        _PyLocals_Kind kind = _PyLocals_GetKind(kinds, i);
        if (kind & CO_FAST_LOCAL) {
            n.locals++;
            n.cells += (kind & CO_FAST_CELL) != 0;
        }
        else if (kind & CO_FAST_CELL) {
            n.cells++;
            n.plain_cells++;
        }
        else if (kind & CO_FAST_FREE) {
            n.free++;
        }
    }
    return n;
}

static PyObject *
names_of_kind(PyCodeObject *co, _PyLocals_Kind kind, int n)
{
    PyObject *names = PyTuple_New(n);
    if (names == NULL) {
        return NULL;
    }
    int index = 0;
    for (int i = 0; i < co->co_nlocalsplus; i++) {
        if (_PyLocals_GetKind(co->co_localspluskinds, i) & kind) {
            assert(index < n);
            PyObject *name = PyTuple_GET_ITEM(co->co_localsplusnames, i);
            PyTuple_SET_ITEM(names, index++, Py_NewRef(name));
        }
    }
    assert(index == n);
    return names;
}

PyObject *
_PyCode_GetVarnames(PyCodeObject *co)
{
    return names_of_kind(co, CO_FAST_LOCAL, co->co_nlocals);
}

PyObject *
PyCode_GetVarnames(PyCodeObject *code)
{
    return _PyCode_GetVarnames(code);
}

PyObject *
_PyCode_GetCellvars(PyCodeObject *co)
{
    return names_of_kind(co, CO_FAST_CELL, co->co_ncellvars);
}

PyObject *
PyCode_GetCellvars(PyCodeObject *code)
{
    return _PyCode_GetCellvars(code);
}

PyObject *
_PyCode_GetFreevars(PyCodeObject *co)
{
    return names_of_kind(co, CO_FAST_FREE, co->co_nfreevars);
}

PyObject *
PyCode_GetFreevars(PyCodeObject *code)
{
    return _PyCode_GetFreevars(code);
}

/* -- Construction -------------------------------------------------------- */

int
_PyCode_Validate(struct _PyCodeConstructor *con)
{
    if (con->argcount < con->posonlyargcount || con->posonlyargcount < 0
        || con->kwonlyargcount < 0 || con->stacksize < 0 || con->flags < 0
        || con->code == NULL || !PyBytes_Check(con->code)
        || con->consts == NULL || !PyTuple_Check(con->consts)
        || con->names == NULL || !PyTuple_Check(con->names)
        || con->localsplusnames == NULL
        || !PyTuple_Check(con->localsplusnames)
        || con->localspluskinds == NULL
        || !PyBytes_Check(con->localspluskinds)
        || PyTuple_GET_SIZE(con->localsplusnames)
               != PyBytes_GET_SIZE(con->localspluskinds)
        || con->name == NULL || !PyUnicode_Check(con->name)
        || con->qualname == NULL || !PyUnicode_Check(con->qualname)
        || con->filename == NULL || !PyUnicode_Check(con->filename)
        || con->linetable == NULL || !PyBytes_Check(con->linetable)
        || con->exceptiontable == NULL
        || !PyBytes_Check(con->exceptiontable))
    {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyBytes_GET_SIZE(con->code) > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "code: co_code larger than INT_MAX");
        return -1;
    }
    if (PyBytes_GET_SIZE(con->code) % (Py_ssize_t)sizeof(_Py_CODEUNIT)) {
        PyErr_SetString(PyExc_ValueError, "code: co_code is malformed");
        return -1;
    }
    struct slot_counts n =
        count_slots(con->localsplusnames, con->localspluskinds);
    int nplain = n.locals - con->argcount - con->kwonlyargcount
                 - ((con->flags & CO_VARARGS) != 0)
                 - ((con->flags & CO_VARKEYWORDS) != 0);
    if (nplain < 0) {
        PyErr_SetString(PyExc_ValueError, "code: co_varnames is too small");
        return -1;
    }
    return 0;
}

static void
code_init(PyCodeObject *co, struct _PyCodeConstructor *con)
{
    struct slot_counts n =
        count_slots(con->localsplusnames, con->localspluskinds);
    co->co_filename = Py_NewRef(con->filename);
    co->co_name = Py_NewRef(con->name);
    co->co_qualname = Py_NewRef(con->qualname);
    co->co_flags = con->flags;
    co->co_firstlineno = con->firstlineno;
    co->co_linetable = Py_NewRef(con->linetable);
    co->co_consts = Py_NewRef(con->consts);
    co->co_names = Py_NewRef(con->names);
    co->co_localsplusnames = Py_NewRef(con->localsplusnames);
    co->co_localspluskinds = Py_NewRef(con->localspluskinds);
    co->co_exceptiontable = Py_NewRef(con->exceptiontable);
    co->co_argcount = con->argcount;
    co->co_posonlyargcount = con->posonlyargcount;
    co->co_kwonlyargcount = con->kwonlyargcount;
    co->co_stacksize = con->stacksize;
    co->co_nlocalsplus = (int)PyTuple_GET_SIZE(con->localsplusnames);
    co->co_nlocals = n.locals;
    co->co_nplaincellvars = n.plain_cells;
    co->co_ncellvars = n.cells;
    co->co_nfreevars = n.free;
    co->co_weakreflist = NULL;
    co->co_extra = NULL;
    co->_co_code = NULL;
    co->co_warmup = QUICKENING_INITIAL_WARMUP_VALUE;
    co->_co_linearray_entry_size = 0;
    co->_co_linearray = NULL;
    memcpy(_PyCode_CODE(co), PyBytes_AS_STRING(con->code),
           (size_t)PyBytes_GET_SIZE(con->code));
    int first = 0;
    while (first < Py_SIZE(co)
           && _Py_OPCODE(_PyCode_CODE(co)[first]) != RESUME)
    {
        first++;
    }
    co->_co_firsttraceable = first;
}

PyCodeObject *
_PyCode_New(struct _PyCodeConstructor *con)
{
    if (intern_names(con->names) < 0 || intern_constants(con->consts) < 0
        || intern_names(con->localsplusnames) < 0)
    {
        return NULL;
    }
    struct _PyCodeConstructor used = *con;
    PyObject *plain_table = NULL;
    if (!_PyInterpreterState_GetConfig(_PyInterpreterState_GET())
             ->code_debug_ranges)
    {
        plain_table = code_remove_columns(con->linetable);
        if (plain_table == NULL) {
            return NULL;
        }
        used.linetable = plain_table;
    }
    Py_ssize_t size =
        PyBytes_GET_SIZE(con->code) / (Py_ssize_t)sizeof(_Py_CODEUNIT);
    PyCodeObject *co = PyObject_NewVar(PyCodeObject, &PyCode_Type, size);
    if (co == NULL) {
        PyErr_NoMemory();
    }
    else {
        code_init(co, &used);
    }
    Py_XDECREF(plain_table);
    return co;
}

/* Merge the three tuples of names into one of slots: a cell that is an
 * argument shares its slot. */
static int
merge_slots(PyObject *varnames, PyObject *cellvars, PyObject *freevars,
            PyObject **names_out, PyObject **kinds_out)
{
    int nvars = (int)PyTuple_GET_SIZE(varnames);
    int ncells = (int)PyTuple_GET_SIZE(cellvars);
    int nfree = (int)PyTuple_GET_SIZE(freevars);
    int n = nvars + ncells + nfree;
    PyObject *names = PyTuple_New(n);
    PyObject *kinds = PyBytes_FromStringAndSize(NULL, n);
    if (names == NULL || kinds == NULL) {
        goto error;
    }
    int used = 0;
    for (int i = 0; i < nvars; i++) {
        set_slot(used++, PyTuple_GET_ITEM(varnames, i), CO_FAST_LOCAL,
                 names, kinds);
    }
    for (int i = 0; i < ncells; i++) {
        PyObject *cell = PyTuple_GET_ITEM(cellvars, i);
        int at = 0;
        while (at < nvars) {
            int differs =
                PyUnicode_Compare(cell, PyTuple_GET_ITEM(varnames, at));
            if (differs == -1 && PyErr_Occurred()) {
                goto error;
            }
            if (!differs) {
                break;
            }
            at++;
        }
        if (at < nvars) {
            _PyLocals_SetKind(kinds, at,
                              _PyLocals_GetKind(kinds, at) | CO_FAST_CELL);
        }
        else {
            set_slot(used++, cell, CO_FAST_CELL, names, kinds);
        }
    }
    for (int i = 0; i < nfree; i++) {
        set_slot(used++, PyTuple_GET_ITEM(freevars, i), CO_FAST_FREE, names,
                 kinds);
    }
    if (used != n
        && (_PyTuple_Resize(&names, used) < 0
            || _PyBytes_Resize(&kinds, used) < 0))
    {
        goto error;
    }
    *names_out = names;
    *kinds_out = kinds;
    return 0;

error:
    Py_XDECREF(names);
    Py_XDECREF(kinds);
    return -1;
}

PyCodeObject *
PyCode_NewWithPosOnlyArgs(int argcount, int posonlyargcount,
                          int kwonlyargcount, int nlocals, int stacksize,
                          int flags, PyObject *code, PyObject *consts,
                          PyObject *names, PyObject *varnames,
                          PyObject *freevars, PyObject *cellvars,
                          PyObject *filename, PyObject *name,
                          PyObject *qualname, int firstlineno,
                          PyObject *linetable, PyObject *exceptiontable)
{
    if (varnames == NULL || !PyTuple_Check(varnames) || cellvars == NULL
        || !PyTuple_Check(cellvars) || freevars == NULL
        || !PyTuple_Check(freevars))
    {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *slot_names;
    PyObject *slot_kinds;
    if (merge_slots(varnames, cellvars, freevars, &slot_names, &slot_kinds)
        < 0)
    {
        return NULL;
    }
    struct _PyCodeConstructor con = {
        .filename = filename,
        .name = name,
        .qualname = qualname,
        .flags = flags,
        .code = code,
        .firstlineno = firstlineno,
        .linetable = linetable,
        .consts = consts,
        .names = names,
        .localsplusnames = slot_names,
        .localspluskinds = slot_kinds,
        .argcount = argcount,
        .posonlyargcount = posonlyargcount,
        .kwonlyargcount = kwonlyargcount,
        .stacksize = stacksize,
        .exceptiontable = exceptiontable,
    };
    PyCodeObject *co = NULL;
    if (_PyCode_Validate(&con) == 0) {
        if (nlocals != PyTuple_GET_SIZE(varnames)) {
            PyErr_SetString(PyExc_ValueError,
                            "code: co_nlocals != len(co_varnames)");
        }
        else {
            co = _PyCode_New(&con);
        }
    }
    Py_DECREF(slot_names);
    Py_DECREF(slot_kinds);
    return co;
}

PyCodeObject *
PyCode_New(int argcount, int kwonlyargcount, int nlocals, int stacksize,
           int flags, PyObject *code, PyObject *consts, PyObject *names,
           PyObject *varnames, PyObject *freevars, PyObject *cellvars,
           PyObject *filename, PyObject *name, PyObject *qualname,
           int firstlineno, PyObject *linetable, PyObject *exceptiontable)
{
    return PyCode_NewWithPosOnlyArgs(
        argcount, 0, kwonlyargcount, nlocals, stacksize, flags, code, consts,
        names, varnames, freevars, cellvars, filename, name, qualname,
        firstlineno, linetable, exceptiontable);
}

PyCodeObject *
PyCode_NewEmpty(const char *filename, const char *funcname, int firstlineno)
{
    /* if it ever runs: raise AssertionError, on the first line */
    static const char instructions[] = {
        (char)RESUME, 0, LOAD_ASSERTION_ERROR, 0, (char)RAISE_VARARGS, 1};
    static const unsigned char locations[] = {
        0x80 | (PY_CODE_LOCATION_INFO_NO_COLUMNS << 3) | (3 - 1), 0};
    PyCodeObject *result = NULL;
    PyObject *nulltuple = PyTuple_New(0);
    PyObject *funcname_ob = PyUnicode_FromString(funcname);
    PyObject *filename_ob = PyUnicode_DecodeFSDefault(filename);
    PyObject *code_ob =
        PyBytes_FromStringAndSize(instructions, sizeof(instructions));
    PyObject *linetable_ob = PyBytes_FromStringAndSize(
        (const char *)locations, sizeof(locations));
    PyObject *emptystring = PyBytes_FromStringAndSize(NULL, 0);
    PyObject *nokinds = PyBytes_FromStringAndSize(NULL, 0);
    if (nulltuple != NULL && funcname_ob != NULL && filename_ob != NULL
        && code_ob != NULL && linetable_ob != NULL && emptystring != NULL
        && nokinds != NULL)
    {
        struct _PyCodeConstructor con = {
            .filename = filename_ob,
            .name = funcname_ob,
            .qualname = funcname_ob,
            .code = code_ob,
            .firstlineno = firstlineno,
            .linetable = linetable_ob,
            .consts = nulltuple,
            .names = nulltuple,
            .localsplusnames = nulltuple,
            .localspluskinds = nokinds,
            .exceptiontable = emptystring,
            .stacksize = 1,
        };
        result = _PyCode_New(&con);
    }
    Py_XDECREF(nokinds);
    Py_XDECREF(emptystring);
    Py_XDECREF(linetable_ob);
    Py_XDECREF(code_ob);
    Py_XDECREF(nulltuple);
    Py_XDECREF(funcname_ob);
    Py_XDECREF(filename_ob);
    return result;
}

/* -- The instructions as compiled ---------------------------------------- */

/* Undo specialisation in a copy: plain opcodes, empty caches. */
static void
deoptimize(_Py_CODEUNIT *units, Py_ssize_t n)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        int opcode = _PyOpcode_Deopt[_Py_OPCODE(units[i])];
        int caches = _PyOpcode_Caches[opcode];
        units[i] = (_Py_CODEUNIT)_Py_MAKECODEUNIT(opcode,
                                                  _Py_OPARG(units[i]));
        while (caches-- > 0 && i + 1 < n) {
            units[++i] = (_Py_CODEUNIT)_Py_MAKECODEUNIT(CACHE, 0);
        }
    }
}

PyObject *
PyCode_GetCode(PyCodeObject *co)
{
    if (co->_co_code == NULL) {
        PyObject *code = PyBytes_FromStringAndSize(
            (const char *)_PyCode_CODE(co), _PyCode_NBYTES(co));
        if (code == NULL) {
            return NULL;
        }
        deoptimize((_Py_CODEUNIT *)PyBytes_AS_STRING(code), Py_SIZE(co));
        co->_co_code = code;
    }
    return Py_NewRef(co->_co_code);
}

/* -- Extra slots (PEP 523) ----------------------------------------------- */

int
_PyCode_GetExtra(PyObject *code, Py_ssize_t index, void **extra)
{
    if (!PyCode_Check(code)) {
        PyErr_BadInternalCall();
        return -1;
    }
    struct code_extra *slots = ((PyCodeObject *)code)->co_extra;
    *extra = slots == NULL || index < 0 || slots->size <= index
                 ? NULL
                 : slots->slots[index];
    return 0;
}

int
_PyCode_SetExtra(PyObject *code, Py_ssize_t index, void *extra)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (!PyCode_Check(code) || index < 0
        || index >= interp->co_extra_user_count)
    {
        PyErr_BadInternalCall();
        return -1;
    }
    PyCodeObject *co = (PyCodeObject *)code;
    struct code_extra *slots = co->co_extra;
    if (slots == NULL || slots->size <= index) {
        Py_ssize_t old_size = slots == NULL ? 0 : slots->size;
        Py_ssize_t size = interp->co_extra_user_count;
        slots = PyMem_Realloc(
            slots, sizeof(*slots) + (size_t)size * sizeof(void *));
        if (slots == NULL) {
            return -1;
        }
        memset(&slots->slots[old_size], 0,
               (size_t)(size - old_size) * sizeof(void *));
        slots->size = size;
        co->co_extra = slots;
    }
    if (slots->slots[index] != NULL) {
        freefunc drop = interp->co_extra_freefuncs[index];
        if (drop != NULL) {
            drop(slots->slots[index]);
        }
    }
    slots->slots[index] = extra;
    return 0;
}

static void
free_extra(PyCodeObject *co)
{
    struct code_extra *slots = co->co_extra;
    if (slots == NULL) {
        return;
    }
    PyInterpreterState *interp = _PyInterpreterState_GET();
    for (Py_ssize_t i = 0; i < slots->size; i++) {
        freefunc drop = interp->co_extra_freefuncs[i];
        if (drop != NULL) {
            drop(slots->slots[i]);
        }
    }
    PyMem_Free(slots);
    co->co_extra = NULL;
}

/* -- Static code objects ------------------------------------------------- */

int
_PyStaticCode_InternStrings(PyCodeObject *co)
{
    if (intern_names(co->co_names) < 0
        || intern_constants(co->co_consts) < 0
        || intern_names(co->co_localsplusnames) < 0)
    {
        return -1;
    }
    return 0;
}

/* Release what the interpreter hung onto a code object that stays. */
void
_PyStaticCode_Dealloc(PyCodeObject *co)
{
    if (co->co_warmup == 0) {
        _Py_QuickenedCount--;
    }
    deoptimize(_PyCode_CODE(co), Py_SIZE(co));
    co->co_warmup = QUICKENING_INITIAL_WARMUP_VALUE;
    free_extra(co);
    Py_CLEAR(co->_co_code);
    if (co->co_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)co);
        co->co_weakreflist = NULL;
    }
    if (co->_co_linearray != NULL) {
        PyMem_Free(co->_co_linearray);
        co->_co_linearray = NULL;
    }
}

/* -- Constant keys ------------------------------------------------------- */

static PyObject *
float_key(PyObject *op)
{
    double value = PyFloat_AS_DOUBLE(op);
    /* 0.0 == -0.0, but they are two constants */
    if (value == 0.0 && copysign(1.0, value) < 0.0) {
        return PyTuple_Pack(3, Py_TYPE(op), op, Py_None);
    }
    return PyTuple_Pack(2, Py_TYPE(op), op);
}

static PyObject *
complex_key(PyObject *op)
{
    Py_complex value = PyComplex_AsCComplex(op);
    int real_negzero = value.real == 0.0 && copysign(1.0, value.real) < 0.0;
    int imag_negzero = value.imag == 0.0 && copysign(1.0, value.imag) < 0.0;
    if (real_negzero && imag_negzero) {
        return PyTuple_Pack(3, Py_TYPE(op), op, Py_True);
    }
    if (imag_negzero) {
        return PyTuple_Pack(3, Py_TYPE(op), op, Py_False);
    }
    if (real_negzero) {
        return PyTuple_Pack(3, Py_TYPE(op), op, Py_None);
    }
    return PyTuple_Pack(2, Py_TYPE(op), op);
}

static PyObject *
tuple_key(PyObject *op)
{
    Py_ssize_t n = PyTuple_GET_SIZE(op);
    PyObject *keys = PyTuple_New(n);
    if (keys == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *key = _PyCode_ConstantKey(PyTuple_GET_ITEM(op, i));
        if (key == NULL) {
            Py_DECREF(keys);
            return NULL;
        }
        PyTuple_SET_ITEM(keys, i, key);
    }
    PyObject *key = PyTuple_Pack(2, keys, op);
    Py_DECREF(keys);
    return key;
}

static PyObject *
frozenset_key(PyObject *op)
{
    PyObject *keys = PyTuple_New(PySet_GET_SIZE(op));
    if (keys == NULL) {
        return NULL;
    }
    Py_ssize_t pos = 0;
    Py_ssize_t i = 0;
    PyObject *item;
    Py_hash_t hash;
    while (_PySet_NextEntry(op, &pos, &item, &hash)) {
        PyObject *key = _PyCode_ConstantKey(item);
        if (key == NULL) {
            Py_DECREF(keys);
            return NULL;
        }
        PyTuple_SET_ITEM(keys, i++, key);
    }
    PyObject *set = PyFrozenSet_New(keys);
    Py_DECREF(keys);
    if (set == NULL) {
        return NULL;
    }
    PyObject *key = PyTuple_Pack(2, set, op);
    Py_DECREF(set);
    return key;
}

static PyObject *
identity_key(PyObject *op)
{
    PyObject *id = PyLong_FromVoidPtr(op);
    if (id == NULL) {
        return NULL;
    }
    PyObject *key = PyTuple_Pack(2, id, op);
    Py_DECREF(id);
    return key;
}

/* A key that is the constant itself, or a tuple with the constant as item 1;
 * keys are equal only if the constants have equal types and values. */
PyObject *
_PyCode_ConstantKey(PyObject *op)
{
    if (op == Py_None || op == Py_Ellipsis || PyLong_CheckExact(op)
        || PyUnicode_CheckExact(op) || PyCode_Check(op))
    {
        return Py_NewRef(op);
    }
    if (PyBool_Check(op) || PyBytes_CheckExact(op)) {
        return PyTuple_Pack(2, Py_TYPE(op), op);
    }
    if (PyFloat_CheckExact(op)) {
        return float_key(op);
    }
    if (PyComplex_CheckExact(op)) {
        return complex_key(op);
    }
    if (!PyTuple_CheckExact(op) && !PyFrozenSet_CheckExact(op)) {
        return identity_key(op);
    }
    if (Py_EnterRecursiveCall(" while comparing constants")) {
        return NULL;
    }
    PyObject *key =
        PyTuple_CheckExact(op) ? tuple_key(op) : frozenset_key(op);
    Py_LeaveRecursiveCall();
    return key;
}

/* -- Comparison and hash ------------------------------------------------- */

/* Are the instructions the same, specialisation aside? */
static int
same_instructions(PyCodeObject *a, PyCodeObject *b)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(a); i++) {
        _Py_CODEUNIT x = _PyCode_CODE(a)[i];
        _Py_CODEUNIT y = _PyCode_CODE(b)[i];
        int opcode = _PyOpcode_Deopt[_Py_OPCODE(x)];
        if (opcode != _PyOpcode_Deopt[_Py_OPCODE(y)]
            || _Py_OPARG(x) != _Py_OPARG(y))
        {
            return 0;
        }
        i += _PyOpcode_Caches[opcode];
    }
    return 1;
}

static int
same_constants(PyCodeObject *a, PyCodeObject *b)
{
    PyObject *x = _PyCode_ConstantKey(a->co_consts);
    if (x == NULL) {
        return -1;
    }
    PyObject *y = _PyCode_ConstantKey(b->co_consts);
    if (y == NULL) {
        Py_DECREF(x);
        return -1;
    }
    int eq = PyObject_RichCompareBool(x, y, Py_EQ);
    Py_DECREF(x);
    Py_DECREF(y);
    return eq;
}

/* Equal code may differ in file name, qualified name and stack size. */
static int
code_equal(PyCodeObject *a, PyCodeObject *b)
{
    if (a->co_argcount != b->co_argcount
        || a->co_posonlyargcount != b->co_posonlyargcount
        || a->co_kwonlyargcount != b->co_kwonlyargcount
        || a->co_flags != b->co_flags
        || a->co_firstlineno != b->co_firstlineno
        || Py_SIZE(a) != Py_SIZE(b))
    {
        return 0;
    }
    int eq = PyObject_RichCompareBool(a->co_name, b->co_name, Py_EQ);
    if (eq <= 0) {
        return eq;
    }
    if (!same_instructions(a, b)) {
        return 0;
    }
    eq = same_constants(a, b);
    if (eq <= 0) {
        return eq;
    }
    PyObject *pairs[][2] = {
        {a->co_names, b->co_names},
        {a->co_localsplusnames, b->co_localsplusnames},
        {a->co_linetable, b->co_linetable},
        {a->co_exceptiontable, b->co_exceptiontable},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(pairs); i++) {
        eq = PyObject_RichCompareBool(pairs[i][0], pairs[i][1], Py_EQ);
        if (eq <= 0) {
            return eq;
        }
    }
    return 1;
}

static PyObject *
code_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyCode_Check(self)
        || !PyCode_Check(other))
    {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int eq = 1;
    if (self != other) {
        eq = code_equal((PyCodeObject *)self, (PyCodeObject *)other);
        if (eq < 0) {
            return NULL;
        }
    }
    return PyBool_FromLong(op == Py_EQ ? eq : !eq);
}

static Py_hash_t
code_hash(PyCodeObject *co)
{
    PyObject *parts[] = {co->co_name, co->co_consts, co->co_names,
                         co->co_localsplusnames, co->co_linetable,
                         co->co_exceptiontable};
    Py_hash_t hash = 0;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(parts); i++) {
        Py_hash_t h = PyObject_Hash(parts[i]);
        if (h == -1) {
            return -1;
        }
        hash ^= h;
    }
    hash ^= co->co_argcount ^ co->co_posonlyargcount
            ^ co->co_kwonlyargcount ^ co->co_flags;
    return hash == -1 ? -2 : hash;
}

/* -- Type slots ---------------------------------------------------------- */

static void
code_dealloc(PyCodeObject *co)
{
    free_extra(co);
    Py_XDECREF(co->co_consts);
    Py_XDECREF(co->co_names);
    Py_XDECREF(co->co_localsplusnames);
    Py_XDECREF(co->co_localspluskinds);
    Py_XDECREF(co->co_filename);
    Py_XDECREF(co->co_name);
    Py_XDECREF(co->co_qualname);
    Py_XDECREF(co->co_linetable);
    Py_XDECREF(co->co_exceptiontable);
    Py_XDECREF(co->_co_code);
    if (co->co_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)co);
    }
    PyMem_Free(co->_co_linearray);
    if (co->co_warmup == 0) {
        _Py_QuickenedCount--;
    }
    PyObject_Free(co);
}

static PyObject *
code_repr(PyCodeObject *co)
{
    int line = co->co_firstlineno != 0 ? co->co_firstlineno : -1;
    if (co->co_filename != NULL && PyUnicode_Check(co->co_filename)) {
        return PyUnicode_FromFormat(
            "<code object %U at %p, file \"%U\", line %d>", co->co_name, co,
            co->co_filename, line);
    }
    return PyUnicode_FromFormat("<code object %U at %p, file ???, line %d>",
                                co->co_name, co, line);
}

/* The tuple with exact strings in place of those of subclasses. */
static PyObject *
exact_names(PyObject *tuple)
{
    Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    PyObject *copy = PyTuple_New(n);
    if (copy == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        if (PyUnicode_CheckExact(item)) {
            Py_INCREF(item);
        }
        else if (!PyUnicode_Check(item)) {
            PyErr_Format(PyExc_TypeError,
                         "name tuples must contain only strings, "
                         "not '%.500s'", Py_TYPE(item)->tp_name);
            Py_DECREF(copy);
            return NULL;
        }
        else {
            item = _PyUnicode_Copy(item);
            if (item == NULL) {
                Py_DECREF(copy);
                return NULL;
            }
        }
        PyTuple_SET_ITEM(copy, i, item);
    }
    return copy;
}

PyDoc_STRVAR(code_doc,
"code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n\
      flags, codestring, constants, names, varnames, filename, name,\n\
      qualname, firstlineno, linetable, exceptiontable, freevars=(),\n\
      cellvars=(), /)\n\
--\n\
\n\
Create a code object.  Not for the faint of heart.");

static int
check_not_negative(const char *name, int value)
{
    if (value < 0) {
        PyErr_Format(PyExc_ValueError, "code: %s must not be negative",
                     name);
        return -1;
    }
    return 0;
}

static PyObject *
code_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    int argcount, posonly, kwonly, nlocals, stacksize, flags, firstlineno;
    PyObject *code, *consts, *names, *varnames, *filename, *name, *qualname;
    PyObject *linetable, *exceptiontable;
    PyObject *freevars = NULL;
    PyObject *cellvars = NULL;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "code() takes no keyword arguments");
        return NULL;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (nargs < 16 || nargs > 18) {
        PyErr_Format(PyExc_TypeError,
                     "code expected at %s %d arguments, got %zd",
                     nargs < 16 ? "least" : "most", nargs < 16 ? 16 : 18,
                     nargs);
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "iiiiiiSO!O!O!UUUiSS|O!O!:code", &argcount,
                          &posonly, &kwonly, &nlocals, &stacksize, &flags,
                          &code, &PyTuple_Type, &consts, &PyTuple_Type,
                          &names, &PyTuple_Type, &varnames, &filename, &name,
                          &qualname, &firstlineno, &linetable,
                          &exceptiontable, &PyTuple_Type, &freevars,
                          &PyTuple_Type, &cellvars))
    {
        return NULL;
    }
    if (PySys_Audit("code.__new__", "OOOiiiiii", code, filename, name,
                    argcount, posonly, kwonly, nlocals, stacksize, flags)
            < 0
        || check_not_negative("argcount", argcount) < 0
        || check_not_negative("posonlyargcount", posonly) < 0
        || check_not_negative("kwonlyargcount", kwonly) < 0
        || check_not_negative("nlocals", nlocals) < 0)
    {
        return NULL;
    }
    PyObject *empty = PyTuple_New(0);
    if (empty == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *own_names = exact_names(names);
    PyObject *own_vars = own_names ? exact_names(varnames) : NULL;
    PyObject *own_free =
        own_vars ? exact_names(freevars ? freevars : empty) : NULL;
    PyObject *own_cells =
        own_free ? exact_names(cellvars ? cellvars : empty) : NULL;
    if (own_cells != NULL) {
        result = (PyObject *)PyCode_NewWithPosOnlyArgs(
            argcount, posonly, kwonly, nlocals, stacksize, flags, code,
            consts, own_names, own_vars, own_free, own_cells, filename, name,
            qualname, firstlineno, linetable, exceptiontable);
    }
    Py_DECREF(empty);
    Py_XDECREF(own_names);
    Py_XDECREF(own_vars);
    Py_XDECREF(own_free);
    Py_XDECREF(own_cells);
    return result;
}

/* -- Attributes ---------------------------------------------------------- */

#define OFF(MEMBER) offsetof(PyCodeObject, MEMBER)

static PyMemberDef code_memberlist[] = {
    {"co_argcount", T_INT, OFF(co_argcount), READONLY},
    {"co_posonlyargcount", T_INT, OFF(co_posonlyargcount), READONLY},
    {"co_kwonlyargcount", T_INT, OFF(co_kwonlyargcount), READONLY},
    {"co_stacksize", T_INT, OFF(co_stacksize), READONLY},
    {"co_flags", T_INT, OFF(co_flags), READONLY},
    {"co_nlocals", T_INT, OFF(co_nlocals), READONLY},
    {"co_consts", T_OBJECT, OFF(co_consts), READONLY},
    {"co_names", T_OBJECT, OFF(co_names), READONLY},
    {"co_filename", T_OBJECT, OFF(co_filename), READONLY},
    {"co_name", T_OBJECT, OFF(co_name), READONLY},
    {"co_qualname", T_OBJECT, OFF(co_qualname), READONLY},
    {"co_firstlineno", T_INT, OFF(co_firstlineno), READONLY},
    {"co_linetable", T_OBJECT, OFF(co_linetable), READONLY},
    {"co_exceptiontable", T_OBJECT, OFF(co_exceptiontable), READONLY},
    {NULL},
};

#undef OFF

static PyObject *
code_getlnotab(PyCodeObject *co, void *Py_UNUSED(closure))
{
    return code_make_lnotab(co);
}

static PyObject *
code_getcodeadaptive(PyCodeObject *co, void *Py_UNUSED(closure))
{
    return PyBytes_FromStringAndSize(co->co_code_adaptive,
                                     _PyCode_NBYTES(co));
}

static PyObject *
code_getvarnames(PyCodeObject *co, void *Py_UNUSED(closure))
{
    return _PyCode_GetVarnames(co);
}

static PyObject *
code_getcellvars(PyCodeObject *co, void *Py_UNUSED(closure))
{
    return _PyCode_GetCellvars(co);
}

static PyObject *
code_getfreevars(PyCodeObject *co, void *Py_UNUSED(closure))
{
    return _PyCode_GetFreevars(co);
}

static PyObject *
code_getcode(PyCodeObject *co, void *Py_UNUSED(closure))
{
    return PyCode_GetCode(co);
}

static PyGetSetDef code_getsetlist[] = {
    {"co_lnotab", (getter)code_getlnotab},
    {"_co_code_adaptive", (getter)code_getcodeadaptive},
    {"co_varnames", (getter)code_getvarnames},
    {"co_cellvars", (getter)code_getcellvars},
    {"co_freevars", (getter)code_getfreevars},
    {"co_code", (getter)code_getcode},
    {NULL},
};

/* -- Methods ------------------------------------------------------------- */

static PyObject *
code_sizeof(PyCodeObject *co, PyObject *Py_UNUSED(args))
{
    size_t size = _PyObject_VAR_SIZE(Py_TYPE(co), Py_SIZE(co));
    struct code_extra *extra = co->co_extra;
    if (extra != NULL) {
        size += sizeof(*extra) + (size_t)extra->size * sizeof(void *);
    }
    return PyLong_FromSize_t(size);
}

static PyObject *
code_linesiterator(PyCodeObject *co, PyObject *Py_UNUSED(args))
{
    return code_lines_iterator(co);
}

static PyObject *
code_positionsiterator(PyCodeObject *co, PyObject *Py_UNUSED(args))
{
    return code_positions_iterator(co);
}

/* The arguments of replace(); those not given stay 0 or NULL. */
struct replacement {
    int ints[7];
    PyObject *objects[11];
};

enum { ARGCOUNT, POSONLY, KWONLY, NLOCALS, STACKSIZE, FLAGS, FIRSTLINENO };
enum {
    CODE, CONSTS, NAMES, VARNAMES, FREEVARS, CELLVARS, FILENAME, NAME,
    QUALNAME, LINETABLE, EXCEPTIONTABLE
};

static const char *const replace_keywords[] = {
    "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals",
    "co_stacksize", "co_flags", "co_firstlineno", "co_code", "co_consts",
    "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_filename",
    "co_name", "co_qualname", "co_linetable", "co_exceptiontable", NULL};

static int
check_replacement_types(struct replacement *r)
{
    static const struct {
        PyTypeObject *type;
        const char *name;
    } types[] = {
        {&PyBytes_Type, "bytes"}, {&PyTuple_Type, "tuple"},
        {&PyTuple_Type, "tuple"}, {&PyTuple_Type, "tuple"},
        {&PyTuple_Type, "tuple"}, {&PyTuple_Type, "tuple"},
        {&PyUnicode_Type, "str"}, {&PyUnicode_Type, "str"},
        {&PyUnicode_Type, "str"}, {&PyBytes_Type, "bytes"},
        {&PyBytes_Type, "bytes"},
    };
    for (int i = 0; i < 11; i++) {
        PyObject *value = r->objects[i];
        if (value != NULL && !PyObject_TypeCheck(value, types[i].type)) {
            PyErr_Format(PyExc_TypeError,
                         "replace() argument '%s' must be %s, not %.50s",
                         replace_keywords[7 + i], types[i].name,
                         value == Py_None ? "None"
                                          : Py_TYPE(value)->tp_name);
            return -1;
        }
    }
    for (int i = 0; i < 7; i++) {
        if (r->ints[i] < 0) {
            PyErr_Format(PyExc_ValueError, "%s must be a positive integer",
                         replace_keywords[i]);
            return -1;
        }
    }
    return 0;
}

static PyObject *
code_with_replacement(PyCodeObject *self, struct replacement *r)
{
    int *n = r->ints;
    PyObject **o = r->objects;
    PyObject *code = o[CODE] ? Py_NewRef(o[CODE]) : PyCode_GetCode(self);
    PyObject *varnames =
        o[VARNAMES] ? Py_NewRef(o[VARNAMES]) : _PyCode_GetVarnames(self);
    PyObject *cellvars =
        o[CELLVARS] ? Py_NewRef(o[CELLVARS]) : _PyCode_GetCellvars(self);
    PyObject *freevars =
        o[FREEVARS] ? Py_NewRef(o[FREEVARS]) : _PyCode_GetFreevars(self);
    PyCodeObject *co = NULL;
    if (code != NULL && varnames != NULL && cellvars != NULL
        && freevars != NULL
        && PySys_Audit("code.__new__", "OOOiiiiii", code, o[FILENAME],
                       o[NAME], n[ARGCOUNT], n[POSONLY], n[KWONLY],
                       n[NLOCALS], n[STACKSIZE], n[FLAGS]) >= 0)
    {
        co = PyCode_NewWithPosOnlyArgs(
            n[ARGCOUNT], n[POSONLY], n[KWONLY], n[NLOCALS], n[STACKSIZE],
            n[FLAGS], code, o[CONSTS], o[NAMES], varnames, freevars,
            cellvars, o[FILENAME], o[NAME], o[QUALNAME], n[FIRSTLINENO],
            o[LINETABLE], o[EXCEPTIONTABLE]);
    }
    Py_XDECREF(code);
    Py_XDECREF(varnames);
    Py_XDECREF(cellvars);
    Py_XDECREF(freevars);
    return (PyObject *)co;
}

PyDoc_STRVAR(code_replace_doc,
"replace($self, /, *, co_argcount=-1, co_posonlyargcount=-1,\n\
        co_kwonlyargcount=-1, co_nlocals=-1, co_stacksize=-1,\n\
        co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None,\n\
        co_names=None, co_varnames=None, co_freevars=None,\n\
        co_cellvars=None, co_filename=None, co_name=None,\n\
        co_qualname=None, co_linetable=None, co_exceptiontable=None)\n\
--\n\
\n\
Return a copy of the code object with new values for the specified fields.");

static PyObject *
code_replace(PyCodeObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) > 0) {
        PyErr_SetString(PyExc_TypeError,
                        "replace() takes no positional arguments");
        return NULL;
    }
    struct replacement r = {
        .ints = {self->co_argcount, self->co_posonlyargcount,
                 self->co_kwonlyargcount, self->co_nlocals,
                 self->co_stacksize, self->co_flags, self->co_firstlineno},
        .objects = {[CONSTS] = self->co_consts, [NAMES] = self->co_names,
                    [FILENAME] = self->co_filename, [NAME] = self->co_name,
                    [QUALNAME] = self->co_qualname,
                    [LINETABLE] = self->co_linetable,
                    [EXCEPTIONTABLE] = self->co_exceptiontable},
    };
    int *n = r.ints;
    PyObject **o = r.objects;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "|$iiiiiiiOOOOOOOOOOO:replace",
            (char **)replace_keywords, &n[0], &n[1], &n[2], &n[3], &n[4],
            &n[5], &n[6], &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6],
            &o[7], &o[8], &o[9], &o[10])
        || check_replacement_types(&r) < 0)
    {
        return NULL;
    }
    return code_with_replacement(self, &r);
}

PyDoc_STRVAR(varname_from_oparg_doc,
"_varname_from_oparg($self, /, oparg)\n\
--\n\
\n\
(internal-only) Return the local variable name for the given oparg.\n\
\n\
WARNING: this method is for internal use only and may change or go away.");

static PyObject *
code_varname_from_oparg(PyCodeObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"oparg", NULL};
    int oparg;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i:_varname_from_oparg",
                                     (char **)keywords, &oparg))
    {
        return NULL;
    }
    PyObject *name = PyTuple_GetItem(self->co_localsplusnames, oparg);
    return Py_XNewRef(name);
}

static PyMethodDef code_methods[] = {
    {"__sizeof__", (PyCFunction)code_sizeof, METH_NOARGS},
    {"co_lines", (PyCFunction)code_linesiterator, METH_NOARGS},
    {"co_positions", (PyCFunction)code_positionsiterator, METH_NOARGS},
    {"replace", (PyCFunction)(void (*)(void))code_replace,
     METH_VARARGS | METH_KEYWORDS, code_replace_doc},
    {"_varname_from_oparg",
     (PyCFunction)(void (*)(void))code_varname_from_oparg,
     METH_VARARGS | METH_KEYWORDS, varname_from_oparg_doc},
    {NULL},
};

PyTypeObject PyCode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "code",
    .tp_basicsize = offsetof(PyCodeObject, co_code_adaptive),
    .tp_itemsize = sizeof(_Py_CODEUNIT),
    .tp_dealloc = (destructor)code_dealloc,
    .tp_repr = (reprfunc)code_repr,
    .tp_hash = (hashfunc)code_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = code_doc,
    .tp_richcompare = code_richcompare,
    .tp_weaklistoffset = offsetof(PyCodeObject, co_weakreflist),
    .tp_methods = code_methods,
    .tp_members = code_memberlist,
    .tp_getset = code_getsetlist,
    .tp_new = code_new,
};
