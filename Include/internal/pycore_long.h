/* int: small ints, arithmetic between floors, text. */
#ifndef Py_INTERNAL_LONG_H
#define Py_INTERNAL_LONG_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_runtime.h"

/* Decimal conversion is quadratic in other implementations; text longer than
   this many digits is refused unless sys.set_int_max_str_digits() allows it.
   Texts up to the threshold are never refused. */
#define _PY_LONG_MAX_STR_DIGITS_THRESHOLD 640
#define _PY_LONG_DEFAULT_MAX_STR_DIGITS 4300

#define _PyLong_SMALL_INTS _Py_SINGLETON(small_ints)

/* Borrowed, immortal. */
static inline PyObject *
_PyLong_GetZero(void)
{
    return (PyObject *)&_PyLong_SMALL_INTS[_PY_NSMALLNEGINTS];
}

static inline PyObject *
_PyLong_GetOne(void)
{
    return (PyObject *)&_PyLong_SMALL_INTS[_PY_NSMALLNEGINTS + 1];
}

/* A new reference. */
static inline PyObject *
_PyLong_FromUnsignedChar(unsigned char i)
{
    return Py_NewRef(
        (PyObject *)&_PyLong_SMALL_INTS[_PY_NSMALLNEGINTS + i]);
}

/* At most one digit: the value fits in 31 bits. */
#define _PyLong_IsCompact(op) ((size_t)(Py_SIZE(op) + 1) < 3)
/* Value of an int of at most one digit. */
static inline stwodigits
_PyLong_MediumValue(PyLongObject *x)
{
    return Py_SIZE(x) * (stwodigits)x->ob_digit[0];
}

/* Freed ints of at most one digit, linked through ob_type. */
#define LONG_FREE_MAX 256
struct long_free_list {
    PyLongObject *first;
    int count;
};
extern struct long_free_list long_free;

/* A new int of one digit, which is not zero. */
static inline PyObject *
long_new_digit(digit magnitude, Py_ssize_t sign)
{
    PyLongObject *v = long_free.first;
    if (v != NULL) {
        long_free.first = (PyLongObject *)Py_TYPE(v);
        long_free.count--;
    }
    else {
        v = (PyLongObject *)PyObject_Malloc(sizeof(PyLongObject));
        if (v == NULL) {
            return PyErr_NoMemory();
        }
    }
    Py_SET_TYPE(v, &PyLong_Type);
    Py_SET_SIZE(v, sign);
    v->ob_digit[0] = magnitude;
    _Py_NewReference((PyObject *)v);
    return (PyObject *)v;
}

/* Frees an exact int whose count is zero. */
static inline void
_PyLong_ExactDealloc(PyObject *op)
{
    if (_PyLong_IsCompact(op) && long_free.count < LONG_FREE_MAX) {
        Py_SET_TYPE(op, (PyTypeObject *)long_free.first);
        long_free.first = (PyLongObject *)op;
        long_free.count++;
    }
    else {
        PyObject_Free(op);
    }
}
extern void long_free_clear(void);

/* Fills the table of small ints; before any int is made. */
extern PyStatus long_init_small_ints(PyInterpreterState *interp);
extern PyStatus _PyLong_InitTypes(PyInterpreterState *);
extern void _PyLong_FiniTypes(PyInterpreterState *interp);

extern PyObject *_PyLong_Add(PyLongObject *left, PyLongObject *right);
extern PyObject *_PyLong_Multiply(PyLongObject *left, PyLongObject *right);
extern PyObject *_PyLong_Subtract(PyLongObject *left, PyLongObject *right);

/* Value of an ASCII digit or letter in bases up to 36; 37 for others. */
PyAPI_DATA(unsigned char) _PyLong_DigitValue[256];

PyAPI_FUNC(int) _PyLong_FormatAdvancedWriter(_PyUnicodeWriter *writer,
                                             PyObject *obj,
                                             PyObject *format_spec,
                                             Py_ssize_t start,
                                             Py_ssize_t end);
PyAPI_FUNC(int) _PyLong_FormatWriter(_PyUnicodeWriter *writer, PyObject *obj,
                                     int base, int alternate);
PyAPI_FUNC(char *) _PyLong_FormatBytesWriter(_PyBytesWriter *writer,
                                             char *str, PyObject *obj,
                                             int base, int alternate);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_LONG_H */
