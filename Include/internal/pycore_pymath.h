/* errno after <math.h> calls, limits of integral types. */
#ifndef Py_INTERNAL_PYMATH_H
#define Py_INTERNAL_PYMATH_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include <errno.h>
#include <math.h>

/* Makes errno say ERANGE exactly when x overflowed: libraries differ in
   setting it for an overflow and for an underflow to zero. */
static inline void
_Py_ADJUST_ERANGE1(double x)
{
    if (errno == ERANGE && x == 0.0) {
        errno = 0;
    }
    else if (errno == 0 && isinf(x)) {
        errno = ERANGE;
    }
}

/* The same for the two parts of a complex result. */
static inline void
_Py_ADJUST_ERANGE2(double x, double y)
{
    if (isinf(x) || isinf(y)) {
        if (errno == 0) {
            errno = ERANGE;
        }
    }
    else if (errno == ERANGE) {
        errno = 0;
    }
}

#define _Py_IntegralTypeSigned(type) ((type)(-1) < 0)
#define _Py_IntegralTypeMax(type)                                       \
    ((_Py_IntegralTypeSigned(type))                                     \
     ? (((((type)1 << (sizeof(type) * CHAR_BIT - 2)) - 1) << 1) + 1)    \
     : ~(type)0)
#define _Py_IntegralTypeMin(type)                                       \
    ((_Py_IntegralTypeSigned(type)) ? -_Py_IntegralTypeMax(type) - 1 : 0)
#define _Py_InIntegralTypeRange(type, v)                                \
    (_Py_IntegralTypeMin(type) <= v && v <= _Py_IntegralTypeMax(type))

#define _PY_SHORT_FLOAT_REPR 1

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_PYMATH_H */
