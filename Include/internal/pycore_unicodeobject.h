/* str: what other parts of the interpreter use of it. */
#ifndef Py_INTERNAL_UNICODEOBJECT_H
#define Py_INTERNAL_UNICODEOBJECT_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_fileutils.h"       /* _Py_error_handler */
#include "pycore_global_strings.h"
#include "pycore_ucnhash.h"

/* -- Start and stop ------------------------------------------------------ */

void _PyUnicode_ExactDealloc(PyObject *op);

extern PyStatus _PyUnicode_InitGlobalObjects(PyInterpreterState *);
extern PyStatus _PyUnicode_InitTypes(PyInterpreterState *);
extern void _PyUnicode_Fini(PyInterpreterState *);
extern void _PyUnicode_FiniTypes(PyInterpreterState *);
extern PyStatus _PyUnicode_InitEncodings(PyThreadState *tstate);
extern void _PyUnicode_ClearInterned(PyInterpreterState *interp);

/* -- Interning ----------------------------------------------------------- */

/* *p becomes the canonical string, which lives until its last reference
   goes (mortal) or for ever (immortal). */
extern void _PyUnicode_InternMortal(PyObject **p);
extern void _PyUnicode_InternImmortal(PyObject **p);

/* -- State of an interpreter --------------------------------------------- */

struct _Py_unicode_fs_codec {
    char *encoding;             /* "utf-8" or another, owned; NULL until set */
    int utf8;                   /* encoding is UTF-8 */
    char *errors;               /* "surrogateescape" or another, owned */
    _Py_error_handler error_handler;
};

struct _Py_unicode_ids {
    Py_ssize_t size;
    PyObject **array;           /* strings of _Py_Identifier by index */
};

struct _Py_unicode_state {
    struct _Py_unicode_fs_codec fs_codec;
    struct _Py_unicode_ids ids;
    _PyUnicode_Name_CAPI *ucnhash_capi;     /* NULL until first use */
};

/* -- Single characters and the empty string ------------------------------ */

struct unicode_latin1_singletons {
    struct {
        PyASCIIObject head;
        uint8_t data[2];
    } ascii[128];
    struct {
        PyCompactUnicodeObject head;
        uint8_t data[2];
    } latin1[128];
};
extern struct unicode_latin1_singletons unicode_latin1;

/* Borrowed and immortal: the string of one character below 256. */
static inline PyObject *
unicode_latin1_borrow(unsigned int ch)
{
    return ch < 128 ? (PyObject *)&unicode_latin1.ascii[ch]
                    : (PyObject *)&unicode_latin1.latin1[ch - 128];
}

static inline PyObject *
unicode_empty_borrow(void)
{
    return &_Py_STR(empty);
}

/* 3.11 spells it thus. */
#define _Py_LATIN1_CHR(CH) unicode_latin1_borrow((unsigned char)(CH))

/* -- Other --------------------------------------------------------------- */

extern int _PyUnicodeWriter_FormatV(_PyUnicodeWriter *writer,
                                    const char *format, va_list vargs);
extern int _PyUnicodeWriter_Format(_PyUnicodeWriter *writer,
                                   const char *format, ...);

/* The formatter of each type; format_spec is format_spec[start:end]. */
extern int _PyLong_FormatAdvancedWriter(_PyUnicodeWriter *writer,
                                        PyObject *obj, PyObject *format_spec,
                                        Py_ssize_t start, Py_ssize_t end);
extern int _PyFloat_FormatAdvancedWriter(_PyUnicodeWriter *writer,
                                         PyObject *obj, PyObject *format_spec,
                                         Py_ssize_t start, Py_ssize_t end);
extern int _PyComplex_FormatAdvancedWriter(_PyUnicodeWriter *writer,
                                           PyObject *obj,
                                           PyObject *format_spec,
                                           Py_ssize_t start, Py_ssize_t end);

#endif /* !Py_INTERNAL_UNICODEOBJECT_H */
