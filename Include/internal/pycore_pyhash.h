/* SipHash with a key of the caller's choice. */
#ifndef Py_INTERNAL_HASH_H
#define Py_INTERNAL_HASH_H
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

extern uint64_t _Py_KeyedHash(uint64_t key, const char *src, Py_ssize_t len);

#endif /* !Py_INTERNAL_HASH_H */
