/* Files and the locale's encoding: the interpreter's own helpers. */
#ifndef Py_INTERNAL_FILEUTILS_H
#define Py_INTERNAL_FILEUTILS_H
#ifdef __cplusplus
extern "C" {
#endif

#include <locale.h>             // struct lconv
#include <sys/stat.h>

typedef enum {
    _Py_ERROR_UNKNOWN = 0,
    _Py_ERROR_STRICT,
    _Py_ERROR_SURROGATEESCAPE,
    _Py_ERROR_REPLACE,
    _Py_ERROR_IGNORE,
    _Py_ERROR_BACKSLASHREPLACE,
    _Py_ERROR_SURROGATEPASS,
    _Py_ERROR_XMLCHARREFREPLACE,
    _Py_ERROR_OTHER
} _Py_error_handler;

PyAPI_FUNC(_Py_error_handler) _Py_GetErrorHandler(const char *errors);

/* Results: 0 done; -1 out of memory; -2 not codable (*wlen or *error_pos is
   where, *reason why); -3 unsupported error handler. */
PyAPI_FUNC(int) _Py_DecodeLocaleEx(const char *arg, wchar_t **wstr,
                                   size_t *wlen, const char **reason,
                                   int current_locale,
                                   _Py_error_handler errors);
PyAPI_FUNC(int) _Py_EncodeLocaleEx(const wchar_t *text, char **str,
                                   size_t *error_pos, const char **reason,
                                   int current_locale,
                                   _Py_error_handler errors);
PyAPI_FUNC(char *) _Py_EncodeLocaleRaw(const wchar_t *text,
                                       size_t *error_pos);

PyAPI_FUNC(PyObject *) _Py_device_encoding(int);

/* Both defined with the UTF-8 codec. */
PyAPI_FUNC(int) _Py_DecodeUTF8Ex(const char *arg, Py_ssize_t arglen,
                                 wchar_t **wstr, size_t *wlen,
                                 const char **reason,
                                 _Py_error_handler errors);
PyAPI_FUNC(int) _Py_EncodeUTF8Ex(const wchar_t *text, char **str,
                                 size_t *error_pos, const char **reason,
                                 int raw_malloc, _Py_error_handler errors);
PyAPI_FUNC(wchar_t *) _Py_DecodeUTF8_surrogateescape(const char *arg,
                                                     Py_ssize_t arglen,
                                                     size_t *wlen);

#define _Py_stat_struct stat

PyAPI_FUNC(int) _Py_fstat(int fd, struct _Py_stat_struct *status);
PyAPI_FUNC(int) _Py_fstat_noraise(int fd, struct _Py_stat_struct *status);
PyAPI_FUNC(int) _Py_stat(PyObject *path, struct stat *status);

PyAPI_FUNC(int) _Py_open(const char *pathname, int flags);
PyAPI_FUNC(int) _Py_open_noraise(const char *pathname, int flags);
PyAPI_FUNC(FILE *) _Py_wfopen(const wchar_t *path, const wchar_t *mode);

PyAPI_FUNC(Py_ssize_t) _Py_read(int fd, void *buf, size_t count);
PyAPI_FUNC(Py_ssize_t) _Py_write(int fd, const void *buf, size_t count);
PyAPI_FUNC(Py_ssize_t) _Py_write_noraise(int fd, const void *buf,
                                         size_t count);

PyAPI_FUNC(int) _Py_wreadlink(const wchar_t *path, wchar_t *buf,
                              size_t buflen);
PyAPI_FUNC(wchar_t *) _Py_wrealpath(const wchar_t *path,
                                    wchar_t *resolved_path,
                                    size_t resolved_path_len);
PyAPI_FUNC(wchar_t *) _Py_wgetcwd(wchar_t *buf, size_t buflen);

PyAPI_FUNC(int) _Py_get_inheritable(int fd);
PyAPI_FUNC(int) _Py_set_inheritable(int fd, int inheritable,
                                    int *atomic_flag_works);
PyAPI_FUNC(int) _Py_set_inheritable_async_safe(int fd, int inheritable,
                                               int *atomic_flag_works);
PyAPI_FUNC(int) _Py_dup(int fd);
PyAPI_FUNC(int) _Py_get_blocking(int fd);
PyAPI_FUNC(int) _Py_set_blocking(int fd, int blocking);

PyAPI_FUNC(int) _Py_GetLocaleconvNumeric(struct lconv *lc,
                                         PyObject **decimal_point,
                                         PyObject **thousands_sep);

PyAPI_FUNC(void) _Py_closerange(int first, int last);

PyAPI_FUNC(wchar_t *) _Py_GetLocaleEncoding(void);
PyAPI_FUNC(PyObject *) _Py_GetLocaleEncodingObject(void);

/* -1 unknown, 0 no, 1 the C locale's ASCII has to be enforced. */
PyAPI_FUNC(int) _Py_GetForceASCII(void);
PyAPI_FUNC(void) _Py_ResetForceASCII(void);

extern int _Py_isabs(const wchar_t *path);
extern int _Py_abspath(const wchar_t *path, wchar_t **abspath_p);
extern wchar_t *_Py_join_relfile(const wchar_t *dirname,
                                 const wchar_t *relfile);
extern int _Py_add_relfile(wchar_t *dirname, const wchar_t *relfile,
                           size_t bufsize);
extern size_t _Py_find_basename(const wchar_t *filename);
PyAPI_FUNC(wchar_t *) _Py_normpath(wchar_t *path, Py_ssize_t size);
/* The same for a path that may hold null characters, and its new length. */
extern wchar_t *_Py_normpath_and_size(wchar_t *path, Py_ssize_t size,
                                      Py_ssize_t *normsize);

/* Whether O_CLOEXEC is honoured: -1 not yet known, 0 no, 1 yes. */
extern int _Py_open_cloexec_works;

/* Macros to switch off checks that some platforms' C libraries make. */
#define _Py_BEGIN_SUPPRESS_IPH
#define _Py_END_SUPPRESS_IPH

#define _PY_READ_MAX PY_SSIZE_T_MAX
#define _PY_WRITE_MAX PY_SSIZE_T_MAX

#ifdef __cplusplus
}
#endif
#endif
