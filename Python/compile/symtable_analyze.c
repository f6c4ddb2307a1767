/* Second pass over the symbols: whose variable is each name?
 *
 * Going down, each block learns which names the functions around it bind and
 * which are declared global; coming up, it learns which names its inner
 * blocks use from outside.  A local name that an inner block uses becomes a
 * cell.  Class blocks do not lend their names to their methods, `__class__`
 * excepted. */

#include "Python.h"
#include "symtable.h"

/* Raise the pending SyntaxError at the declaration of the name: always -1. */
static int
error_at_directive(PySTEntryObject *ste, PyObject *name)
{
    PyObject *directives = ste->ste_directives;
    assert(directives != NULL);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(directives); i++) {
        PyObject *data = PyList_GET_ITEM(directives, i);
        if (PyUnicode_Compare(PyTuple_GET_ITEM(data, 0), name) != 0) {
            continue;
        }
        PyErr_RangedSyntaxLocationObject(
            ste->ste_table->st_filename,
            (int)PyLong_AsLong(PyTuple_GET_ITEM(data, 1)),
            (int)PyLong_AsLong(PyTuple_GET_ITEM(data, 2)) + 1,
            (int)PyLong_AsLong(PyTuple_GET_ITEM(data, 3)),
            (int)PyLong_AsLong(PyTuple_GET_ITEM(data, 4)) + 1);
        return -1;
    }
    PyErr_SetString(PyExc_RuntimeError,
                    "BUG: internal directive bookkeeping broken");
    return -1;
}

/* The scopes of one block as they become known, and the sets around it. */
struct analysis {
    PySTEntryObject *ste;
    PyObject *scopes;   /* dict: name to scope */
    PyObject *local;    /* set: names bound here */
    PyObject *bound;    /* set: names bound by functions around, or NULL */
    PyObject *free;     /* set: names used here or within from outside */
    PyObject *global;   /* set: names declared global around */
};

static int
set_scope(struct analysis *a, PyObject *name, int scope)
{
    PyObject *value = PyLong_FromLong(scope);
    if (value == NULL) {
        return -1;
    }
    int res = PyDict_SetItem(a->scopes, name, value);
    Py_DECREF(value);
    return res;
}

static int
set_free(struct analysis *a, PyObject *name)
{
    a->ste->ste_free = 1;
    if (set_scope(a, name, FREE) < 0) {
        return -1;
    }
    return PySet_Add(a->free, name);
}

static int
analyze_global(struct analysis *a, PyObject *name, long flags)
{
    if (flags & DEF_NONLOCAL) {
        PyErr_Format(PyExc_SyntaxError, "name '%U' is nonlocal and global",
                     name);
        return error_at_directive(a->ste, name);
    }
    if (set_scope(a, name, GLOBAL_EXPLICIT) < 0
        || PySet_Add(a->global, name) < 0
        || (a->bound != NULL && PySet_Discard(a->bound, name) < 0))
    {
        return -1;
    }
    return 0;
}

static int
analyze_nonlocal(struct analysis *a, PyObject *name)
{
    if (a->bound == NULL) {
        PyErr_Format(PyExc_SyntaxError,
                     "nonlocal declaration not allowed at module level");
        return error_at_directive(a->ste, name);
    }
    int found = PySet_Contains(a->bound, name);
    if (found < 0) {
        return -1;
    }
    if (!found) {
        PyErr_Format(PyExc_SyntaxError,
                     "no binding for nonlocal '%U' found", name);
        return error_at_directive(a->ste, name);
    }
    return set_free(a, name);
}

static int
analyze_name(struct analysis *a, PyObject *name, long flags)
{
    if (flags & DEF_GLOBAL) {
        return analyze_global(a, name, flags);
    }
    if (flags & DEF_NONLOCAL) {
        return analyze_nonlocal(a, name);
    }
    if (flags & DEF_BOUND) {
        if (set_scope(a, name, LOCAL) < 0 || PySet_Add(a->local, name) < 0
            || PySet_Discard(a->global, name) < 0)
        {
            return -1;
        }
        return 0;
    }
    if (a->bound != NULL) {
        int found = PySet_Contains(a->bound, name);
        if (found != 0) {
            return found < 0 ? -1 : set_free(a, name);
        }
    }
    if (a->global != NULL) {
        int found = PySet_Contains(a->global, name);
        if (found != 0) {
            return found < 0 ? -1 : set_scope(a, name, GLOBAL_IMPLICIT);
        }
    }
    if (a->ste->ste_nested) {
        a->ste->ste_free = 1;
    }
    return set_scope(a, name, GLOBAL_IMPLICIT);
}

static int
set_update(PyObject *set, PyObject *other)
{
    if (PySet_GET_SIZE(other) == 0) {
        return 0;
    }
    return _PySet_Update(set, other);
}

/* Local names that inner blocks use become cells. */
static int
analyze_cells(PyObject *scopes, PyObject *free)
{
    if (PySet_GET_SIZE(free) == 0) {
        return 0;
    }
    PyObject *cell = PyLong_FromLong(CELL);
    if (cell == NULL) {
        return -1;
    }
    PyObject *name;
    PyObject *scope;
    Py_ssize_t pos = 0;
    int res = 0;
    while (res == 0 && PyDict_Next(scopes, &pos, &name, &scope)) {
        if (PyLong_AS_LONG(scope) != LOCAL) {
            continue;
        }
        int used = PySet_Contains(free, name);
        if (used == 0) {
            continue;
        }
        /* a known key: the dict is not resized */
        if (used < 0 || PyDict_SetItem(scopes, name, cell) < 0
            || PySet_Discard(free, name) < 0)
        {
            res = -1;
        }
    }
    Py_DECREF(cell);
    return res;
}

/* Add the scopes to the symbols' flags. */
static int
update_flags(PyObject *symbols, PyObject *scopes)
{
    PyObject *name;
    PyObject *value;
    Py_ssize_t pos = 0;
    while (PyDict_Next(symbols, &pos, &name, &value)) {
        PyObject *scope = PyDict_GetItemWithError(scopes, name);
        if (scope == NULL) {
            return -1;
        }
        long flags = PyLong_AS_LONG(value)
                     | (PyLong_AS_LONG(scope) << SCOPE_OFFSET);
        PyObject *updated = PyLong_FromLong(flags);
        if (updated == NULL) {
            return -1;
        }
        int res = PyDict_SetItem(symbols, name, updated);
        Py_DECREF(updated);
        if (res < 0) {
            return -1;
        }
    }
    return 0;
}

/* A name that inner blocks use and this one does not bind passes through. */
static int
add_free_symbol(struct analysis *a, PyObject *name)
{
    PyObject *symbols = a->ste->ste_symbols;
    PyObject *known = PyDict_GetItemWithError(symbols, name);
    long flags;
    if (known != NULL) {
        flags = PyLong_AS_LONG(known);
        if (a->ste->ste_type != ClassBlock
            || !(flags & (DEF_BOUND | DEF_GLOBAL)))
        {
            return 0;
        }
        /* the class has a variable of its own beside the methods' */
        flags |= DEF_FREE_CLASS;
    }
    else if (PyErr_Occurred()) {
        return -1;
    }
    else {
        if (a->bound != NULL) {
            int found = PySet_Contains(a->bound, name);
            if (found <= 0) {
                return found;
            }
        }
        flags = FREE << SCOPE_OFFSET;
    }
    PyObject *value = PyLong_FromLong(flags);
    if (value == NULL) {
        return -1;
    }
    int res = PyDict_SetItem(symbols, name, value);
    Py_DECREF(value);
    return res;
}

static int
update_symbols(struct analysis *a, PyObject *free)
{
    if (update_flags(a->ste->ste_symbols, a->scopes) < 0) {
        return -1;
    }
    PyObject *name;
    Py_hash_t hash;
    Py_ssize_t pos = 0;
    while (_PySet_NextEntry(free, &pos, &name, &hash)) {
        if (add_free_symbol(a, name) < 0) {
            return -1;
        }
    }
    return 0;
}

static int analyze_block(PySTEntryObject *ste, PyObject *bound,
                         PyObject *free, PyObject *global);

/* A child may change the sets it gets: it gets copies. */
static int
analyze_child(PySTEntryObject *child, PyObject *bound, PyObject *global,
              PyObject *all_free)
{
    int res = -1;
    PyObject *child_bound = PySet_New(bound);
    PyObject *child_global = PySet_New(global);
    PyObject *child_free = PySet_New(NULL);
    if (child_bound != NULL && child_global != NULL && child_free != NULL
        && analyze_block(child, child_bound, child_free, child_global) == 0)
    {
        res = set_update(all_free, child_free);
    }
    Py_XDECREF(child_bound);
    Py_XDECREF(child_global);
    Py_XDECREF(child_free);
    return res;
}

/* What the children may see: the names of this block, unless it is a class,
 * and of those around it. */
static int
fill_visible(struct analysis *a, PyObject *bound, PyObject *global)
{
    if (a->ste->ste_type == FunctionBlock && set_update(bound, a->local) < 0)
    {
        return -1;
    }
    if (a->bound != NULL && set_update(bound, a->bound) < 0) {
        return -1;
    }
    return set_update(global, a->global);
}

static int
analyze_names_and_children(struct analysis *a, PyObject *bound,
                           PyObject *free, PyObject *global)
{
    PySTEntryObject *ste = a->ste;
    int is_class = ste->ste_type == ClassBlock;
    /* a class' own declarations are not seen in its methods */
    if (is_class && fill_visible(a, bound, global) < 0) {
        return -1;
    }
    PyObject *name;
    PyObject *flags;
    Py_ssize_t pos = 0;
    while (PyDict_Next(ste->ste_symbols, &pos, &name, &flags)) {
        if (analyze_name(a, name, PyLong_AS_LONG(flags)) < 0) {
            return -1;
        }
    }
    if (is_class) {
        if (PySet_Add(bound, &_Py_ID(__class__)) < 0) {
            return -1;
        }
    }
    else if (fill_visible(a, bound, global) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(ste->ste_children); i++) {
        PySTEntryObject *child =
            (PySTEntryObject *)PyList_GET_ITEM(ste->ste_children, i);
        if (analyze_child(child, bound, global, free) < 0) {
            return -1;
        }
        if (child->ste_free || child->ste_child_free) {
            ste->ste_child_free = 1;
        }
    }
    if (ste->ste_type == FunctionBlock) {
        if (analyze_cells(a->scopes, free) < 0) {
            return -1;
        }
    }
    else if (is_class) {
        int used = PySet_Discard(free, &_Py_ID(__class__));
        if (used < 0) {
            return -1;
        }
        if (used) {
            ste->ste_needs_class_closure = 1;
        }
    }
    if (update_symbols(a, free) < 0) {
        return -1;
    }
    return set_update(a->free, free);
}

/* Analyse a block and those within; `bound` is NULL for the module. */
static int
analyze_block(PySTEntryObject *ste, PyObject *bound, PyObject *free,
              PyObject *global)
{
    struct analysis a = {
        .ste = ste,
        .scopes = PyDict_New(),
        .local = PySet_New(NULL),
        .bound = bound,
        .free = free,
        .global = global,
    };
    PyObject *new_bound = PySet_New(NULL);
    PyObject *new_free = PySet_New(NULL);
    PyObject *new_global = PySet_New(NULL);
    int res = -1;
    if (a.scopes != NULL && a.local != NULL && new_bound != NULL
        && new_free != NULL && new_global != NULL)
    {
        res = analyze_names_and_children(&a, new_bound, new_free,
                                         new_global);
    }
    Py_XDECREF(a.scopes);
    Py_XDECREF(a.local);
    Py_XDECREF(new_bound);
    Py_XDECREF(new_free);
    Py_XDECREF(new_global);
    return res;
}

int
symtable_analyze(struct symtable *st)
{
    PyObject *free = PySet_New(NULL);
    PyObject *global = PySet_New(NULL);
    int res = -1;
    if (free != NULL && global != NULL) {
        res = analyze_block(st->st_top, NULL, free, global);
    }
    Py_XDECREF(free);
    Py_XDECREF(global);
    return res;
}
