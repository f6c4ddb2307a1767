/* Names of characters: what the unicodedata module offers to the decoders. */
#ifndef Py_INTERNAL_UCNHASH_H
#define Py_INTERNAL_UCNHASH_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#define PyUnicodeData_CAPSULE_NAME "unicodedata._ucnhash_CAPI"

typedef struct {
    /* The name of code into buffer, with a zero; 1 if it has one. */
    int (*getname)(Py_UCS4 code, char *buffer, int buflen,
                   int with_alias_and_seq);
    /* The code point called name into *code; 1 if there is one. */
    int (*getcode)(const char *name, int namelen, Py_UCS4 *code,
                   int with_named_seq);
} _PyUnicode_Name_CAPI;

/* The table, loaded on first use; NULL with an exception on failure. */
extern _PyUnicode_Name_CAPI *_PyUnicode_GetNameCAPI(void);

#endif /* !Py_INTERNAL_UCNHASH_H */
