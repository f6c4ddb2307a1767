/* Doubles to text and back, independent of the locale. */
#ifndef Py_STRTOD_H
#define Py_STRTOD_H
#ifdef __cplusplus
extern "C" {
#endif

/* Parses a decimal number without leading white space. With endptr NULL the
   whole string must match. On overflow raises overflow_exception, or returns
   +-HUGE_VAL if that is NULL; -1.0 with an exception on error. */
PyAPI_FUNC(double) PyOS_string_to_double(const char *str, char **endptr,
                                         PyObject *overflow_exception);

/* Text of a double, in PyMem_ memory; NULL with an exception on error.
   format_code: 'e' 'E' 'f' 'F' 'g' 'G' as printf, 'r' for repr. */
PyAPI_FUNC(char *) PyOS_double_to_string(double val, char format_code,
                                         int precision, int flags, int *type);

#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) _Py_string_to_number_with_underscores(
    const char *str, Py_ssize_t len, const char *what, PyObject *obj,
    void *arg, PyObject *(*innerfunc)(const char *, Py_ssize_t, void *));
PyAPI_FUNC(double) _Py_parse_inf_or_nan(const char *p, char **endptr);
#endif

/* flags */
#define Py_DTSF_SIGN 0x01       /* always write the sign */
#define Py_DTSF_ADD_DOT_0 0x02  /* write ".0" after an integer */
#define Py_DTSF_ALT 0x04        /* printf's '#' */
#define Py_DTSF_NO_NEG_0 0x08   /* a negative zero result loses its sign */

/* *type */
#define Py_DTST_FINITE 0
#define Py_DTST_INFINITE 1
#define Py_DTST_NAN 2

#ifdef __cplusplus
}
#endif
#endif /* !Py_STRTOD_H */
