/* Integer types, visibility, casts and compiler attributes: what the rest of
   the headers takes for granted about C and the platform. */
#ifndef Py_PYPORT_H
#define Py_PYPORT_H

#include "pyconfig.h"
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/time.h>
#include <time.h>
#include "exports.h"

#if defined(__cplusplus) && __cplusplus >= 201103L
#  define _Py_STATIC_CAST(type, expr) static_cast<type>(expr)
#else
#  define _Py_STATIC_CAST(type, expr) ((type)(expr))
#endif
#ifdef __cplusplus
#  define _Py_CAST(type, expr) ((type)(expr))
#  if __cplusplus >= 201103L
#    define _Py_NULL nullptr
#  else
#    define _Py_NULL NULL
#  endif
#else
#  define _Py_CAST(type, expr) ((type)(expr))
#  define _Py_NULL NULL
#endif

#ifdef __cplusplus
#  define _Py_BEGIN_C extern "C" {
#  define _Py_END_C }
#else
#  define _Py_BEGIN_C
#  define _Py_END_C
#endif

#define HAVE_LONG_LONG 1
#define PY_LONG_LONG long long
#define PY_LLONG_MIN LLONG_MIN
#define PY_LLONG_MAX LLONG_MAX
#define PY_ULLONG_MAX ULLONG_MAX
#define PY_UINT32_T uint32_t
#define PY_UINT64_T uint64_t
#define PY_INT32_T int32_t
#define PY_INT64_T int64_t
#define PYLONG_BITS_IN_DIGIT 30

typedef ssize_t Py_ssize_t;
typedef intptr_t Py_intptr_t;
typedef uintptr_t Py_uintptr_t;
typedef Py_ssize_t Py_hash_t;
#define SIZEOF_PY_HASH_T SIZEOF_SIZE_T
typedef size_t Py_uhash_t;
#define SIZEOF_PY_UHASH_T SIZEOF_SIZE_T
typedef Py_ssize_t Py_ssize_clean_t;

#define PY_SIZE_MAX SIZE_MAX
#define PY_SSIZE_T_MAX ((Py_ssize_t)(((size_t)-1) >> 1))
#define PY_SSIZE_T_MIN (-PY_SSIZE_T_MAX - 1)
#define PY_DWORD_MAX 4294967295U
#define PY_FORMAT_SIZE_T "z"

/* static functions that are worth marking as small or hot */
#define Py_LOCAL(type) static type
#define Py_LOCAL_INLINE(type) static inline type
#define PY_LOCAL_AGGRESSIVE

#define Py_MEMCPY memcpy

#define Py_ARITHMETIC_RIGHT_SHIFT(TYPE, I, J) ((I) >> (J))
#define Py_FORCE_EXPANSION(X) X
#define Py_SAFE_DOWNCAST(VALUE, WIDE, NARROW) _Py_STATIC_CAST(NARROW, (VALUE))

#define Py_DEPRECATED(VERSION_UNUSED) __attribute__((__deprecated__))
#define _Py_COMP_DIAG_PUSH _Pragma("GCC diagnostic push")
#define _Py_COMP_DIAG_IGNORE_DEPR_DECLS \
    _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#define _Py_COMP_DIAG_POP _Pragma("GCC diagnostic pop")

#define _Py_HOT_FUNCTION
#define Py_ALWAYS_INLINE __attribute__((always_inline))
#define Py_NO_INLINE __attribute__((noinline))
#define _Py_NO_INLINE __attribute__((noinline))
#define _Py_NO_SANITIZE_UNDEFINED __attribute__((no_sanitize("undefined")))
#define _Py_likely(x) __builtin_expect(!!(x), 1)
#define _Py_unlikely(x) __builtin_expect(!!(x), 0)

#define PyAPI_FUNC(RTYPE) Py_EXPORTED_SYMBOL RTYPE
#define PyAPI_DATA(RTYPE) extern Py_EXPORTED_SYMBOL RTYPE
#ifdef __cplusplus
#  define PyMODINIT_FUNC extern "C" Py_EXPORTED_SYMBOL PyObject *
#else
#  define PyMODINIT_FUNC Py_EXPORTED_SYMBOL PyObject *
#endif

#define Py_GCC_ATTRIBUTE(x) __attribute__(x)
#define Py_VA_COPY va_copy
#define PY_LITTLE_ENDIAN 1
#define PY_BIG_ENDIAN 0
#define Py_ULL(x) x##ULL
#define Py_LL(x) x##LL

#define _Py_NO_RETURN __attribute__((noreturn))

#endif
