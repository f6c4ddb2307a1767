/* Correctly rounded conversion between doubles and decimal digits. */
#ifndef Py_INTERNAL_DTOA_H
#define Py_INTERNAL_DTOA_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_pymath.h"

/* Parses a decimal number without sign games: *ptr = str if none. errno is
   ERANGE on overflow, ENOMEM without memory. */
PyAPI_FUNC(double) _Py_dg_strtod(const char *str, char **ptr);

/* Decimal digits of |d| without trailing zeros, value 0.DIGITS * 10**decpt.
   mode 0: the fewest that read back as d; mode 2: max(1, ndigits) of them;
   mode 3: up to ndigits after the decimal point. For infinities and NaN
   *decpt is 9999. The result is freed by _Py_dg_freedtoa; NULL without
   memory. */
PyAPI_FUNC(char *) _Py_dg_dtoa(double d, int mode, int ndigits, int *decpt,
                               int *sign, char **rve);
PyAPI_FUNC(void) _Py_dg_freedtoa(char *s);
PyAPI_FUNC(double) _Py_dg_stdnan(int sign);
PyAPI_FUNC(double) _Py_dg_infinity(int sign);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_DTOA_H */
