/* What the files of Objects/long/ share. */
#ifndef Py_INTERNAL_LONGOPS_H
#define Py_INTERNAL_LONGOPS_H
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_long.h"
#include "pycore_natural.h"

#define LONG_DIGITS(v) (((PyLongObject *)(v))->ob_digit)

#define LONG_CHECK_BINOP(v, w)                                          \
    do {                                                                \
        if (!PyLong_Check(v) || !PyLong_Check(w)) {                     \
            Py_RETURN_NOTIMPLEMENTED;                                   \
        }                                                               \
    } while (0)

static inline Py_ssize_t
long_ndigits(const void *v)
{
    Py_ssize_t size = Py_SIZE(v);
    return size < 0 ? -size : size;
}

static inline int
long_is_negative(const void *v)
{
    return Py_SIZE(v) < 0;
}

static inline int
long_is_small(stwodigits value)
{
    return -_PY_NSMALLNEGINTS <= value && value < _PY_NSMALLPOSINTS;
}

/* A new reference to the shared object of a small value. */
static inline PyObject *
long_small(stwodigits value)
{
    return Py_NewRef(
        (PyObject *)&_PyLong_SMALL_INTS[_PY_NSMALLNEGINTS + value]);
}

/* Any value of at most two digits. */
static inline PyObject *
long_from_stwodigits(stwodigits value)
{
    if (long_is_small(value)) {
        return long_small(value);
    }
    if (-(stwodigits)PyLong_MASK <= value
        && value <= (stwodigits)PyLong_MASK) {
        return long_new_digit((digit)Py_ABS(value), value < 0 ? -1 : 1);
    }
    return PyLong_FromLongLong(value);
}

/* Finishes a new int whose digits are filled in: drops leading zeros, sets
   the sign, swaps small values for the shared objects. Takes the reference;
   NULL stays NULL. */
extern PyObject *long_finish_steal(PyLongObject *v, int negative);

/* |a| compared with |b|. */
extern int long_compare_magnitude(PyLongObject *a, PyLongObject *b);

/* Floor division and its remainder; each output may be NULL. b != 0. */
extern int long_divmod_floor(PyLongObject *a, PyLongObject *b,
                             PyObject **quotient, PyObject **remainder);
/* Truncating; outputs required. b != 0. */
extern int long_divmod_trunc(PyLongObject *a, PyLongObject *b,
                             PyLongObject **quotient,
                             PyLongObject **remainder);

extern PyObject *long_negate(PyObject *v);
extern PyObject *long_int(PyObject *v);

/* Slots, by the files that define them. */
extern PyObject *long_add(PyObject *v, PyObject *w);
extern PyObject *long_sub(PyObject *v, PyObject *w);
extern PyObject *long_mul(PyObject *v, PyObject *w);
extern PyObject *long_div(PyObject *v, PyObject *w);
extern PyObject *long_mod(PyObject *v, PyObject *w);
extern PyObject *long_divmod(PyObject *v, PyObject *w);
extern PyObject *long_true_divide(PyObject *v, PyObject *w);
extern PyObject *long_pow(PyObject *v, PyObject *w, PyObject *x);
extern PyObject *long_lshift(PyObject *v, PyObject *w);
extern PyObject *long_rshift(PyObject *v, PyObject *w);
extern PyObject *long_and(PyObject *v, PyObject *w);
extern PyObject *long_or(PyObject *v, PyObject *w);
extern PyObject *long_xor(PyObject *v, PyObject *w);
extern PyObject *long_invert(PyObject *v);
extern PyObject *long_repr(PyObject *v);
extern PyObject *long_float(PyObject *v);

#endif /* !Py_INTERNAL_LONGOPS_H */
