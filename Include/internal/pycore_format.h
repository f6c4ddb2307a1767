/* Flags of a % conversion. */
#ifndef Py_INTERNAL_FORMAT_H
#define Py_INTERNAL_FORMAT_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#define F_LJUST (1 << 0)    /* '-' */
#define F_SIGN (1 << 1)     /* '+' */
#define F_BLANK (1 << 2)    /* ' ' */
#define F_ALT (1 << 3)      /* '#' */
#define F_ZERO (1 << 4)     /* '0' */
#define F_NO_NEG_0 (1 << 5) /* 'z' of format specifications */

#endif /* !Py_INTERNAL_FORMAT_H */
