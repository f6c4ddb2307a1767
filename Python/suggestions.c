/* "Did you mean: ...?" for a name or attribute that does not exist. */
#include "Python.h"
#include "pycore_code.h"
#include "pycore_frame.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"

#define MAX_CANDIDATE_ITEMS 750
#define MAX_STRING_SIZE 40

/* Costs of an edit: anything, and a mere change of case. */
#define MOVE_COST 2
#define CASE_COST 1

#define LEAST_FIVE_BITS(n) ((n) & 31)

static int
substitution_cost(char a, char b)
{
    if (LEAST_FIVE_BITS(a) != LEAST_FIVE_BITS(b)) {
        return MOVE_COST;
    }
    if (a == b) {
        return 0;
    }
    if ('A' <= a && a <= 'Z') {
        a = (char)(a + ('a' - 'A'));
    }
    if ('A' <= b && b <= 'Z') {
        b = (char)(b + ('a' - 'A'));
    }
    return a == b ? CASE_COST : MOVE_COST;
}

/* Levenshtein's distance of two byte strings, or something above max_cost if
   it is larger than that. */
static Py_ssize_t
edit_distance(const char *a, size_t a_size, const char *b, size_t b_size,
              size_t max_cost)
{
    if (a == b) {
        return 0;
    }
    /* What is common at both ends costs nothing. */
    while (a_size && b_size && a[0] == b[0]) {
        a++;
        a_size--;
        b++;
        b_size--;
    }
    while (a_size && b_size && a[a_size - 1] == b[b_size - 1]) {
        a_size--;
        b_size--;
    }
    if (a_size == 0 || b_size == 0) {
        return (Py_ssize_t)((a_size + b_size) * MOVE_COST);
    }
    if (a_size > MAX_STRING_SIZE || b_size > MAX_STRING_SIZE) {
        return (Py_ssize_t)(max_cost + 1);
    }
    /* The shorter one along the row. */
    if (b_size < a_size) {
        const char *t = a;
        a = b;
        b = t;
        size_t ts = a_size;
        a_size = b_size;
        b_size = ts;
    }
    if ((b_size - a_size) * MOVE_COST > max_cost) {
        return (Py_ssize_t)(max_cost + 1);
    }
    /* row[i]: distance of a[:i+1] from b up to the present character. */
    size_t row[MAX_STRING_SIZE];
    for (size_t i = 0; i < a_size; i++) {
        row[i] = (i + 1) * MOVE_COST;
    }
    size_t result = 0;
    for (size_t b_index = 0; b_index < b_size; b_index++) {
        char code = b[b_index];
        size_t diagonal = b_index * MOVE_COST;
        result = diagonal;
        size_t minimum = SIZE_MAX;
        for (size_t i = 0; i < a_size; i++) {
            size_t substitute = diagonal
                                + (size_t)substitution_cost(code, a[i]);
            diagonal = row[i];
            size_t insert_delete = Py_MIN(result, diagonal) + MOVE_COST;
            result = Py_MIN(insert_delete, substitute);
            row[i] = result;
            if (result < minimum) {
                minimum = result;
            }
        }
        if (minimum > max_cost) {
            return (Py_ssize_t)(max_cost + 1);
        }
    }
    return (Py_ssize_t)result;
}

/* The closest of a list of names. NULL with or without an exception. */
static PyObject *
calculate_suggestions(PyObject *dir, PyObject *name)
{
    assert(PyList_CheckExact(dir));
    Py_ssize_t dir_size = PyList_GET_SIZE(dir);
    if (dir_size >= MAX_CANDIDATE_ITEMS) {
        return NULL;
    }
    Py_ssize_t name_size;
    const char *name_str = PyUnicode_AsUTF8AndSize(name, &name_size);
    if (name_str == NULL) {
        return NULL;
    }
    PyObject *suggestion = NULL;
    Py_ssize_t best = PY_SSIZE_T_MAX;
    for (Py_ssize_t i = 0; i < dir_size; i++) {
        PyObject *item = PyList_GET_ITEM(dir, i);
        if (!PyUnicode_Check(item)) {
            continue;
        }
        Py_ssize_t item_size;
        const char *item_str = PyUnicode_AsUTF8AndSize(item, &item_size);
        if (item_str == NULL) {
            return NULL;
        }
        if (item_size == name_size
            && memcmp(item_str, name_str, (size_t)name_size) == 0) {
            continue;
        }
        /* No more than a third of the characters may change. */
        Py_ssize_t max_distance = (name_size + item_size + 3) * MOVE_COST
                                  / 6;
        max_distance = Py_MIN(max_distance, best - 1);
        Py_ssize_t distance = edit_distance(
            name_str, (size_t)name_size, item_str, (size_t)item_size,
            (size_t)max_distance);
        if (distance > max_distance) {
            continue;
        }
        if (suggestion == NULL || distance < best) {
            suggestion = item;
            best = distance;
        }
    }
    return Py_XNewRef(suggestion);
}

static PyObject *
suggest_attribute(PyAttributeErrorObject *exc)
{
    PyObject *name = exc->name;         /* borrowed */
    PyObject *obj = exc->obj;           /* borrowed */
    if (name == NULL || obj == NULL || !PyUnicode_CheckExact(name)) {
        return NULL;
    }
    PyObject *dir = PyObject_Dir(obj);
    if (dir == NULL) {
        return NULL;
    }
    PyObject *suggestion = calculate_suggestions(dir, name);
    Py_DECREF(dir);
    return suggestion;
}

/* Among the items of any iterable of names. */
static PyObject *
suggest_among(PyObject *names, PyObject *name)
{
    PyObject *dir = PySequence_List(names);
    if (dir == NULL) {
        return NULL;
    }
    PyObject *suggestion = calculate_suggestions(dir, name);
    Py_DECREF(dir);
    return suggestion;
}

/* Local, then global, then built-in names of the frame that raised. */
static PyObject *
suggest_name(PyNameErrorObject *exc)
{
    PyObject *name = exc->name;         /* borrowed */
    PyTracebackObject *tb = (PyTracebackObject *)exc->traceback;
    if (name == NULL || tb == NULL || !PyUnicode_CheckExact(name)) {
        return NULL;
    }
    while (tb->tb_next != NULL) {
        tb = tb->tb_next;
    }
    PyFrameObject *frame = tb->tb_frame;
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *varnames = _PyCode_GetVarnames(code);
    Py_DECREF(code);
    if (varnames == NULL) {
        return NULL;
    }
    PyObject *suggestion = suggest_among(varnames, name);
    Py_DECREF(varnames);
    if (suggestion != NULL || PyErr_Occurred()) {
        return suggestion;
    }
    suggestion = suggest_among(frame->f_frame->f_globals, name);
    if (suggestion != NULL || PyErr_Occurred()) {
        return suggestion;
    }
    return suggest_among(frame->f_frame->f_builtins, name);
}

/* Never raises: the exception being shown matters more. */
PyObject *
_Py_Offer_Suggestions(PyObject *exception)
{
    PyObject *result = NULL;
    assert(!PyErr_Occurred());
    if (Py_IS_TYPE(exception, (PyTypeObject *)PyExc_AttributeError)) {
        result = suggest_attribute((PyAttributeErrorObject *)exception);
    }
    else if (Py_IS_TYPE(exception, (PyTypeObject *)PyExc_NameError)) {
        result = suggest_name((PyNameErrorObject *)exception);
    }
    return result;
}

Py_ssize_t
_Py_UTF8_Edit_Cost(PyObject *a, PyObject *b, Py_ssize_t max_cost)
{
    assert(PyUnicode_Check(a) && PyUnicode_Check(b));
    Py_ssize_t size_a, size_b;
    const char *utf8_a = PyUnicode_AsUTF8AndSize(a, &size_a);
    if (utf8_a == NULL) {
        return -1;
    }
    const char *utf8_b = PyUnicode_AsUTF8AndSize(b, &size_b);
    if (utf8_b == NULL) {
        return -1;
    }
    if (max_cost == -1) {
        max_cost = MOVE_COST * Py_MAX(size_a, size_b);
    }
    return edit_distance(utf8_a, (size_t)size_a, utf8_b, (size_t)size_b,
                         (size_t)max_cost);
}
