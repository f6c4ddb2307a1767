/* Interned strings: one canonical object for equal text.

   The table is an open-addressing set of borrowed references with linear
   probing; deletion moves later entries of the run back, so that there are no
   tombstones.  A mortal string leaves the table when it dies, which is why its
   entry need not count as a reference.  Strings of length 0 and of one Latin-1
   character are their own canon and never enter the table. */
#include "unicode_internal.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"

static struct {
    PyObject **slots;           /* capacity entries, NULL where free */
    size_t mask;                /* capacity - 1; capacity is a power of two */
    size_t used;
} intern_table;

#define INTERN_MIN 4096

static inline size_t
intern_home(PyObject *op)
{
    return (size_t)ASCII_HEAD(op)->hash & intern_table.mask;
}

static int
intern_same(PyObject *a, PyObject *b)
{
    PyASCIIObject *x = ASCII_HEAD(a), *y = ASCII_HEAD(b);
    return x->hash == y->hash && x->length == y->length
           && x->state.kind == y->state.kind
           && memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b),
                     (size_t)x->length * x->state.kind) == 0;
}

static int
intern_grow(void)
{
    size_t capacity = intern_table.slots ? 2 * (intern_table.mask + 1)
                                         : INTERN_MIN;
    PyObject **slots = PyMem_RawCalloc(capacity, sizeof(PyObject *));
    if (slots == NULL) {
        return -1;
    }
    PyObject **old = intern_table.slots;
    size_t old_capacity = old ? intern_table.mask + 1 : 0;
    intern_table.slots = slots;
    intern_table.mask = capacity - 1;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i] != NULL) {
            size_t at = intern_home(old[i]);
            while (slots[at] != NULL) {
                at = (at + 1) & intern_table.mask;
            }
            slots[at] = old[i];
        }
    }
    PyMem_RawFree(old);
    return 0;
}

/* The canonical string for op, which becomes it when there is none; NULL,
   without an exception, when memory is out.  Borrowed. */
static PyObject *
intern_lookup_or_add(PyObject *op)
{
    if (intern_table.slots == NULL
        || intern_table.used * 2 > intern_table.mask) {
        if (intern_grow() < 0 && (intern_table.slots == NULL
                                  || intern_table.used
                                         >= intern_table.mask)) {
            return NULL;
        }
    }
    size_t at = intern_home(op);
    PyObject *found;
    while ((found = intern_table.slots[at]) != NULL) {
        if (found == op || intern_same(found, op)) {
            return found;
        }
        at = (at + 1) & intern_table.mask;
    }
    intern_table.slots[at] = op;
    intern_table.used++;
    return op;
}

void
unicode_intern_forget(PyObject *op)
{
    if (intern_table.slots == NULL) {
        return;
    }
    size_t at = intern_home(op);
    while (intern_table.slots[at] != op) {
        if (intern_table.slots[at] == NULL) {
            return;
        }
        at = (at + 1) & intern_table.mask;
    }
    size_t hole = at;
    for (;;) {
        at = (at + 1) & intern_table.mask;
        PyObject *entry = intern_table.slots[at];
        if (entry == NULL) {
            break;
        }
        /* may move back only if its home is not between hole and here */
        size_t home = intern_home(entry);
        if (((at - home) & intern_table.mask)
            >= ((at - hole) & intern_table.mask)) {
            intern_table.slots[hole] = entry;
            hole = at;
        }
    }
    intern_table.slots[hole] = NULL;
    intern_table.used--;
}

void
unicode_intern_fini(void)
{
    PyMem_RawFree(intern_table.slots);
    intern_table.slots = NULL;
    intern_table.used = intern_table.mask = 0;
}

static void
intern(PyObject **p, unsigned int state)
{
    PyObject *op = *p;
    if (op == NULL || !PyUnicode_CheckExact(op)) {
        return;
    }
    if (PyUnicode_CHECK_INTERNED(op)) {
        if (state == SSTATE_INTERNED_IMMORTAL
            && PyUnicode_CHECK_INTERNED(op) == SSTATE_INTERNED_MORTAL) {
            ASCII_HEAD(op)->state.interned = SSTATE_INTERNED_IMMORTAL;
            Py_SET_REFCNT(op, Py_REFCNT(op) + _PyObject_IMMORTAL_REFCNT);
        }
        return;
    }
    if (PyUnicode_READY(op) == -1) {
        PyErr_Clear();
        return;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);
    if (length == 0) {
        Py_SETREF(*p, Py_NewRef(unicode_empty_borrow()));
        return;
    }
    if (length == 1 && PyUnicode_KIND(op) == PyUnicode_1BYTE_KIND) {
        PyObject *single = unicode_latin1_borrow(*PyUnicode_1BYTE_DATA(op));
        Py_SETREF(*p, Py_NewRef(single));
        return;
    }
    if (unicode_hash(op) == -1) {
        PyErr_Clear();
        return;
    }
    PyObject *canon = intern_lookup_or_add(op);
    if (canon == NULL) {
        return;
    }
    if (canon != op) {
        Py_SETREF(*p, Py_NewRef(canon));
        return;
    }
    ASCII_HEAD(op)->state.interned = state & 3;
    if (state == SSTATE_INTERNED_IMMORTAL) {
        Py_SET_REFCNT(op, Py_REFCNT(op) + _PyObject_IMMORTAL_REFCNT);
    }
}

/* The static strings become canonical, all but those of one character, which
   have a canon already. */
PyStatus
_PyUnicode_InitGlobalObjects(PyInterpreterState *interp)
{
    if (!_Py_IsMainInterpreter(interp)) {
        return _PyStatus_OK();
    }
    for (PyObject *const *p = static_strings; *p != NULL; p++) {
        PyObject *op = *p;
        Py_ssize_t length = PyUnicode_GET_LENGTH(op);
        if (length == 0) {
            ASCII_HEAD(op)->state.interned = SSTATE_INTERNED_IMMORTAL;
        }
        if (unicode_hash(op) == -1) {
            return _PyStatus_ERR("cannot hash the static strings");
        }
        if (length <= 1) {
            continue;
        }
        PyObject *canon = intern_lookup_or_add(op);
        if (canon == NULL) {
            return _PyStatus_NO_MEMORY();
        }
        if (canon == op) {
            ASCII_HEAD(op)->state.interned = SSTATE_INTERNED_IMMORTAL;
        }
    }
    return _PyStatus_OK();
}

void
_PyUnicode_InternMortal(PyObject **p)
{
    intern(p, SSTATE_INTERNED_MORTAL);
}

void
_PyUnicode_InternImmortal(PyObject **p)
{
    intern(p, SSTATE_INTERNED_IMMORTAL);
}

void
PyUnicode_InternInPlace(PyObject **p)
{
    intern(p, SSTATE_INTERNED_MORTAL);
}

void
PyUnicode_InternImmortal(PyObject **p)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "PyUnicode_InternImmortal() is deprecated; "
                     "use PyUnicode_InternInPlace() instead", 1) < 0) {
        PyErr_WriteUnraisable(NULL);
    }
    intern(p, SSTATE_INTERNED_IMMORTAL);
}

PyObject *
PyUnicode_InternFromString(const char *u)
{
    PyObject *result = PyUnicode_FromString(u);
    if (result != NULL) {
        PyUnicode_InternInPlace(&result);
    }
    return result;
}

void
_PyUnicode_ClearInterned(PyInterpreterState *interp)
{
    if (_Py_IsMainInterpreter(interp)) {
        unicode_intern_fini();
    }
}
