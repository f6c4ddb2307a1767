/* SipHash with a key of the caller's choice. */
#ifndef Py_INTERNAL_HASH_H
#define Py_INTERNAL_HASH_H
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

/* Random bytes from the system: -1 with an exception on error. Nonblock may
   give weaker ones early at boot rather than wait. */
PyAPI_FUNC(int) _PyOS_URandom(void *buffer, Py_ssize_t size);
PyAPI_FUNC(int) _PyOS_URandomNonblock(void *buffer, Py_ssize_t size);

extern uint64_t _Py_KeyedHash(uint64_t key, const char *src, Py_ssize_t len);

#endif /* !Py_INTERNAL_HASH_H */
