/* Methods that bytes and bytearray share.  The object is given as it is where
   the result may be itself; otherwise its bytes are.  Results for which a type
   matters are made by the caller. */
#ifndef Py_LIMITED_API
#ifndef Py_BYTES_CTYPE_H
#define Py_BYTES_CTYPE_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

extern PyObject *_Py_bytes_isspace(const char *cptr, Py_ssize_t len);
extern PyObject *_Py_bytes_isalpha(const char *cptr, Py_ssize_t len);
extern PyObject *_Py_bytes_isalnum(const char *cptr, Py_ssize_t len);
extern PyObject *_Py_bytes_isascii(const char *cptr, Py_ssize_t len);
extern PyObject *_Py_bytes_isdigit(const char *cptr, Py_ssize_t len);
extern PyObject *_Py_bytes_islower(const char *cptr, Py_ssize_t len);
extern PyObject *_Py_bytes_isupper(const char *cptr, Py_ssize_t len);
extern PyObject *_Py_bytes_istitle(const char *cptr, Py_ssize_t len);

extern void _Py_bytes_lower(char *result, const char *cptr, Py_ssize_t len);
extern void _Py_bytes_upper(char *result, const char *cptr, Py_ssize_t len);
extern void _Py_bytes_title(char *result, const char *s, Py_ssize_t len);
extern void _Py_bytes_capitalize(char *result, const char *s, Py_ssize_t len);
extern void _Py_bytes_swapcase(char *result, const char *s, Py_ssize_t len);

extern PyObject *_Py_bytes_find(const char *str, Py_ssize_t len,
                                PyObject *args);
extern PyObject *_Py_bytes_index(const char *str, Py_ssize_t len,
                                 PyObject *args);
extern PyObject *_Py_bytes_rfind(const char *str, Py_ssize_t len,
                                 PyObject *args);
extern PyObject *_Py_bytes_rindex(const char *str, Py_ssize_t len,
                                  PyObject *args);
extern PyObject *_Py_bytes_count(const char *str, Py_ssize_t len,
                                 PyObject *args);
extern int _Py_bytes_contains(const char *str, Py_ssize_t len, PyObject *arg);
extern PyObject *_Py_bytes_startswith(const char *str, Py_ssize_t len,
                                      PyObject *args);
extern PyObject *_Py_bytes_endswith(const char *str, Py_ssize_t len,
                                    PyObject *args);
extern PyObject *_Py_bytes_maketrans(Py_buffer *frm, Py_buffer *to);

extern const char _Py_isspace__doc__[];
extern const char _Py_isalpha__doc__[];
extern const char _Py_isalnum__doc__[];
extern const char _Py_isascii__doc__[];
extern const char _Py_isdigit__doc__[];
extern const char _Py_islower__doc__[];
extern const char _Py_isupper__doc__[];
extern const char _Py_istitle__doc__[];
extern const char _Py_lower__doc__[];
extern const char _Py_upper__doc__[];
extern const char _Py_title__doc__[];
extern const char _Py_capitalize__doc__[];
extern const char _Py_swapcase__doc__[];
extern const char _Py_count__doc__[];
extern const char _Py_find__doc__[];
extern const char _Py_index__doc__[];
extern const char _Py_rfind__doc__[];
extern const char _Py_rindex__doc__[];
extern const char _Py_startswith__doc__[];
extern const char _Py_endswith__doc__[];
extern const char _Py_maketrans__doc__[];
extern const char _Py_expandtabs__doc__[];
extern const char _Py_ljust__doc__[];
extern const char _Py_rjust__doc__[];
extern const char _Py_center__doc__[];
extern const char _Py_zfill__doc__[];

/* Templates over "what kind of result": see bytes_transform.c. */
struct bytes_maker {
    /* A new object of size bytes; data may be NULL. */
    PyObject *(*make)(const char *data, Py_ssize_t size);
    /* self as a result that equals it: itself or a copy. */
    PyObject *(*same)(PyObject *self);
    /* Writable bytes of a new object. */
    char *(*data)(PyObject *object);
};

extern PyObject *bytes_split(const struct bytes_maker *, PyObject *self,
                             const char *s, Py_ssize_t n, const char *sep,
                             Py_ssize_t nsep, Py_ssize_t maxcount);
extern PyObject *bytes_rsplit(const struct bytes_maker *, PyObject *self,
                              const char *s, Py_ssize_t n, const char *sep,
                              Py_ssize_t nsep, Py_ssize_t maxcount);
extern PyObject *bytes_splitlines(const struct bytes_maker *, PyObject *self,
                                  const char *s, Py_ssize_t n, int keepends);
extern PyObject *bytes_partition(const struct bytes_maker *, PyObject *self,
                                 const char *s, Py_ssize_t n,
                                 PyObject *sep_obj, const char *sep,
                                 Py_ssize_t nsep, int reverse);
extern PyObject *bytes_replace(const struct bytes_maker *, PyObject *self,
                               const char *s, Py_ssize_t n, const char *from,
                               Py_ssize_t nfrom, const char *to,
                               Py_ssize_t nto, Py_ssize_t maxcount);
extern PyObject *bytes_pad(const struct bytes_maker *, PyObject *self,
                           const char *s, Py_ssize_t n, Py_ssize_t left,
                           Py_ssize_t right, char fill);
extern PyObject *bytes_expandtabs(const struct bytes_maker *, const char *s,
                                  Py_ssize_t n, int tabsize);
extern PyObject *bytes_zfill(const struct bytes_maker *, PyObject *self,
                             const char *s, Py_ssize_t n, Py_ssize_t width);
extern PyObject *bytes_join(const struct bytes_maker *, const char *sep,
                            Py_ssize_t nsep, PyObject *iterable);
extern PyObject *bytes_translate(const struct bytes_maker *, PyObject *self,
                                 const char *s, Py_ssize_t n, PyObject *table,
                                 PyObject *deletechars);

#endif /* !Py_BYTES_CTYPE_H */
#endif /* !Py_LIMITED_API */
