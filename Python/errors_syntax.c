/* Where a SyntaxError is: its position attributes, and the line of source
   they speak of. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"

#include <stdio.h>

/* -- The line of source ---------------------------------------------------- */

/* The start of a line is enough for a message. */
#define LINE_MAX_BYTES 1000

/* Reads line lineno of fp, which it closes, decoding it from the encoding
   (NULL: UTF-8). NULL without an exception if there is no such line. */
static PyObject *
program_text(FILE *fp, int lineno, const char *encoding)
{
    char line[LINE_MAX_BYTES];
    size_t size = 0;
    for (int i = 0; i < lineno;) {
        line[0] = '\0';
        /* Binary zeros are part of the line: find the end by a sentinel. */
        line[sizeof(line) - 1] = '\n';
        if (Py_UniversalNewlineFgets(line, sizeof(line), fp, NULL) == NULL) {
            fclose(fp);
            return NULL;
        }
        /* Only a line that ends counts; a long one takes several reads, and
           the text is its beginning. */
        if (i + 1 < lineno) {
            if (line[strlen(line) ? strlen(line) - 1 : 0] == '\n'
                || strlen(line) < sizeof(line) - 1) {
                i++;
            }
            continue;
        }
        size = strlen(line);
        break;
    }
    fclose(fp);

    const char *start = line;
    if (lineno == 1 && size >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        start += 3;
        size -= 3;
    }
    if (encoding != NULL) {
        return PyUnicode_Decode(start, (Py_ssize_t)size, encoding,
                                "replace");
    }
    return PyUnicode_DecodeUTF8(start, (Py_ssize_t)size, "replace");
}

PyObject *
PyErr_ProgramText(const char *filename, int lineno)
{
    if (filename == NULL) {
        return NULL;
    }
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    if (name == NULL) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *line = PyErr_ProgramTextObject(name, lineno);
    Py_DECREF(name);
    return line;
}

PyObject *
_PyErr_ProgramDecodedTextObject(PyObject *filename, int lineno,
                                const char *encoding)
{
    if (filename == NULL || lineno <= 0) {
        return NULL;
    }
    FILE *fp = _Py_fopen_obj(filename, "r");
    if (fp == NULL) {
        PyErr_Clear();
        return NULL;
    }
    return program_text(fp, lineno, encoding);
}

PyObject *
PyErr_ProgramTextObject(PyObject *filename, int lineno)
{
    return _PyErr_ProgramDecodedTextObject(filename, lineno, NULL);
}

/* -- Positions ----------------------------------------------------------- */

/* Sets one attribute; a failure is dropped, the exception matters more. */
static void
location_set(PyObject *value, PyObject *name, PyObject *attr)
{
    if (PyObject_SetAttr(value, name, attr) < 0) {
        PyErr_Clear();
    }
}

static void
location_set_int(PyObject *value, PyObject *name, int number, int known)
{
    PyObject *attr = NULL;
    if (known) {
        attr = PyLong_FromLong(number);
        if (attr == NULL) {
            PyErr_Clear();
        }
    }
    location_set(value, name, attr != NULL ? attr : Py_None);
    Py_XDECREF(attr);
}

/* Classes other than SyntaxError get the two attributes that printing looks
   for. */
static void
location_complete(PyObject *value)
{
    PyObject *attr;
    if (_PyObject_LookupAttr(value, &_Py_ID(msg), &attr) < 0) {
        PyErr_Clear();
    }
    else if (attr != NULL) {
        Py_DECREF(attr);
    }
    else {
        attr = PyObject_Str(value);
        if (attr != NULL) {
            location_set(value, &_Py_ID(msg), attr);
            Py_DECREF(attr);
        }
        else {
            PyErr_Clear();
        }
    }
    if (_PyObject_LookupAttr(value, &_Py_ID(print_file_and_line),
                             &attr) < 0) {
        PyErr_Clear();
    }
    else if (attr != NULL) {
        Py_DECREF(attr);
    }
    else {
        location_set(value, &_Py_ID(print_file_and_line), Py_None);
    }
}

static void
syntax_location(PyObject *filename, int lineno, int col_offset,
                int end_lineno, int end_col_offset)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *type, *value, *tb;
    _PyErr_Fetch(tstate, &type, &value, &tb);
    _PyErr_NormalizeException(tstate, &type, &value, &tb);
    location_set_int(value, &_Py_ID(lineno), lineno, 1);
    location_set_int(value, &_Py_ID(offset), col_offset, col_offset >= 0);
    location_set_int(value, &_Py_ID(end_lineno), end_lineno,
                     end_lineno >= 0);
    location_set_int(value, &_Py_ID(end_offset), end_col_offset,
                     end_col_offset >= 0);
    if (filename != NULL) {
        location_set(value, &_Py_ID(filename), filename);
        PyObject *text = PyErr_ProgramTextObject(filename, lineno);
        if (text != NULL) {
            location_set(value, &_Py_ID(text), text);
            Py_DECREF(text);
        }
        else {
            _PyErr_Clear(tstate);
        }
    }
    if (type != PyExc_SyntaxError) {
        location_complete(value);
    }
    _PyErr_Restore(tstate, type, value, tb);
}

void
PyErr_RangedSyntaxLocationObject(PyObject *filename, int lineno,
                                 int col_offset, int end_lineno,
                                 int end_col_offset)
{
    syntax_location(filename, lineno, col_offset, end_lineno,
                    end_col_offset);
}

void
PyErr_SyntaxLocationObject(PyObject *filename, int lineno, int col_offset)
{
    syntax_location(filename, lineno, col_offset, lineno, -1);
}

void
PyErr_SyntaxLocationEx(const char *filename, int lineno, int col_offset)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *name = NULL;
    if (filename != NULL) {
        PyObject *type, *value, *tb;
        _PyErr_Fetch(tstate, &type, &value, &tb);
        name = PyUnicode_DecodeFSDefault(filename);
        if (name == NULL) {
            _PyErr_Clear(tstate);
        }
        _PyErr_Restore(tstate, type, value, tb);
    }
    PyErr_SyntaxLocationObject(name, lineno, col_offset);
    Py_XDECREF(name);
}

void
PyErr_SyntaxLocation(const char *filename, int lineno)
{
    PyErr_SyntaxLocationEx(filename, lineno, -1);
}
