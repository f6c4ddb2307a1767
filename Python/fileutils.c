/* Files, descriptors and paths, and the locale's encoding.

   Two kinds of function live here.  The first turns the bytes of the
   operating system into wide characters and back: with the C library's
   conversion, with UTF-8 in the UTF-8 mode, or with plain ASCII where the C
   locale claims ASCII but its conversion does not keep to it.  Bytes that do
   not decode become lone surrogates U+DC80..U+DCFF and come back unchanged.
   The second wraps system calls: the GIL is dropped around whatever may
   block, a call that a signal interrupted is made again once the handlers
   have run, and new descriptors are not inherited by child processes. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_object.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <wchar.h>

int _Py_open_cloexec_works = -1;

static const size_t DECODE_ERROR = (size_t)-1;
static const size_t INCOMPLETE_CHARACTER = (size_t)-2;

/* -- The locale's encoding ------------------------------------------------ */

PyObject *
_Py_device_encoding(int fd)
{
    int valid;
    Py_BEGIN_ALLOW_THREADS
    valid = isatty(fd);
    Py_END_ALLOW_THREADS
    if (!valid) {
        Py_RETURN_NONE;
    }
    if (Py_UTF8Mode) {
        return Py_NewRef(&_Py_STR(utf_8));
    }
    return _Py_GetLocaleEncodingObject();
}

/* -1 not yet asked, else whether the C locale has to be held to ASCII. */
static int force_ascii = -1;

static int
is_ascii_codeset(const char *codeset)
{
    static const char *const names[] = {
        "ansi_x3.4_1968", "ansi_x3.4_1986", "ansi_x3_4_1968", "ascii",
        "cp367", "csascii", "ibm367", "iso646_us", "iso_646.irv_1991",
        "iso_ir_6", "us", "us_ascii", "646", NULL
    };
    char name[32];
    size_t n = 0;
    for (const char *p = codeset; *p != '\0'; p++) {
        if (n + 1 >= sizeof(name)) {
            return 0;
        }
        name[n++] = *p == '-' || *p == ' ' ? '_' : Py_TOLOWER(*p);
    }
    name[n] = '\0';
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(name, names[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Whether the C library, told it has ASCII, decodes bytes beyond it. */
static int
check_force_ascii(void)
{
    const char *locale = setlocale(LC_CTYPE, NULL);
    if (locale == NULL) {
        return 1;
    }
    if (strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0) {
        return 0;
    }
    const char *codeset = nl_langinfo(CODESET);
    if (codeset == NULL || codeset[0] == '\0') {
        return 1;
    }
    if (!is_ascii_codeset(codeset)) {
        return 0;
    }
    for (unsigned int i = 0x80; i <= 0xff; i++) {
        char byte[1] = {(char)(unsigned char)i};
        wchar_t decoded[1];
        if (mbstowcs(decoded, (char[2]){byte[0], '\0'}, 1) != DECODE_ERROR) {
            return 1;
        }
    }
    return 0;
}

int
_Py_GetForceASCII(void)
{
    if (force_ascii == -1) {
        force_ascii = check_force_ascii();
    }
    return force_ascii;
}

void
_Py_ResetForceASCII(void)
{
    force_ascii = -1;
}

/* 0 and whether undecodable bytes are escaped, or -1: not ours. */
static int
get_surrogateescape(_Py_error_handler errors, int *surrogateescape)
{
    switch (errors) {
    case _Py_ERROR_STRICT:
        *surrogateescape = 0;
        return 0;
    case _Py_ERROR_SURROGATEESCAPE:
        *surrogateescape = 1;
        return 0;
    default:
        return -1;
    }
}

static int
is_lone_surrogate(wchar_t ch)
{
    return ch >= 0xd800 && ch <= 0xdfff;
}

static int
is_escaped_byte(wchar_t ch)
{
    return ch >= 0xdc80 && ch <= 0xdcff;
}

static int
is_valid_wide_char(wchar_t ch)
{
    return !is_lone_surrogate(ch) && (unsigned int)ch <= 0x10ffff;
}

/* -- Decoding ------------------------------------------------------------- */

static int
decode_ascii(const char *arg, wchar_t **wstr, size_t *wlen,
             const char **reason, _Py_error_handler errors)
{
    int surrogateescape;
    if (get_surrogateescape(errors, &surrogateescape) < 0) {
        return -3;
    }
    size_t length = strlen(arg);
    if (length + 1 > PY_SSIZE_T_MAX / sizeof(wchar_t)) {
        return -1;
    }
    wchar_t *result = PyMem_RawMalloc((length + 1) * sizeof(wchar_t));
    if (result == NULL) {
        return -1;
    }
    for (size_t i = 0; i <= length; i++) {
        unsigned char ch = (unsigned char)arg[i];
        if (ch < 128) {
            result[i] = ch;
        }
        else if (surrogateescape) {
            result[i] = 0xdc00 + ch;
        }
        else {
            PyMem_RawFree(result);
            if (wlen != NULL) {
                *wlen = i;
            }
            if (reason != NULL) {
                *reason = "decoding error";
            }
            return -2;
        }
    }
    *wstr = result;
    if (wlen != NULL) {
        *wlen = length;
    }
    return 0;
}

/* Decode with mbstowcs: 1 done, 0 there are bytes to escape, -1 memory. */
static int
decode_whole(const char *arg, wchar_t **wstr, size_t *wlen)
{
    size_t length = mbstowcs(NULL, arg, 0);
    if (length == DECODE_ERROR) {
        return 0;
    }
    if (length + 1 > PY_SSIZE_T_MAX / sizeof(wchar_t)) {
        return -1;
    }
    wchar_t *result = PyMem_RawMalloc((length + 1) * sizeof(wchar_t));
    if (result == NULL) {
        return -1;
    }
    size_t count = mbstowcs(result, arg, length + 1);
    if (count != DECODE_ERROR) {
        size_t i = 0;
        while (i < count && is_valid_wide_char(result[i])) {
            i++;
        }
        if (i == count) {
            *wstr = result;
            if (wlen != NULL) {
                *wlen = count;
            }
            return 1;
        }
    }
    PyMem_RawFree(result);
    return 0;
}

static int
decode_current_locale(const char *arg, wchar_t **wstr, size_t *wlen,
                      const char **reason, _Py_error_handler errors)
{
    int surrogateescape;
    if (get_surrogateescape(errors, &surrogateescape) < 0) {
        return -3;
    }
    int whole = decode_whole(arg, wstr, wlen);
    if (whole != 0) {
        return whole > 0 ? 0 : -1;
    }
    size_t left = strlen(arg) + 1;
    if (left > PY_SSIZE_T_MAX / sizeof(wchar_t)) {
        return -1;
    }
    wchar_t *result = PyMem_RawMalloc(left * sizeof(wchar_t));
    if (result == NULL) {
        return -1;
    }
    const char *in = arg;
    wchar_t *out = result;
    mbstate_t state;
    memset(&state, 0, sizeof(state));
    while (left > 0) {
        size_t used = mbrtowc(out, in, left, &state);
        if (used == 0) {
            break;
        }
        if (used != DECODE_ERROR && used != INCOMPLETE_CHARACTER
            && is_valid_wide_char(*out)) {
            in += used;
            left -= used;
            out++;
            continue;
        }
        if (used == DECODE_ERROR || used == INCOMPLETE_CHARACTER) {
            if (!surrogateescape) {
                PyMem_RawFree(result);
                if (wlen != NULL) {
                    *wlen = (size_t)(in - arg);
                }
                if (reason != NULL) {
                    *reason = "decoding error";
                }
                return -2;
            }
            used = 1;
        }
        /* Escape each byte of what the C library calls a surrogate, too. */
        while (used-- > 0) {
            *out++ = 0xdc00 + (unsigned char)*in++;
            left--;
        }
        memset(&state, 0, sizeof(state));
    }
    *out = L'\0';
    if (wlen != NULL) {
        *wlen = (size_t)(out - result);
    }
    *wstr = result;
    return 0;
}

int
_Py_DecodeLocaleEx(const char *arg, wchar_t **wstr, size_t *wlen,
                   const char **reason, int current_locale,
                   _Py_error_handler errors)
{
    if (!current_locale) {
        if (Py_UTF8Mode == 1) {
            return _Py_DecodeUTF8Ex(arg, (Py_ssize_t)strlen(arg), wstr, wlen,
                                    reason, errors);
        }
        if (_Py_GetForceASCII()) {
            return decode_ascii(arg, wstr, wlen, reason, errors);
        }
    }
    return decode_current_locale(arg, wstr, wlen, reason, errors);
}

wchar_t *
Py_DecodeLocale(const char *arg, size_t *wlen)
{
    wchar_t *result;
    int status = _Py_DecodeLocaleEx(arg, &result, wlen, NULL, 0,
                                    _Py_ERROR_SURROGATEESCAPE);
    if (status != 0) {
        if (wlen != NULL) {
            *wlen = (size_t)status;
        }
        return NULL;
    }
    return result;
}

/* -- Encoding ------------------------------------------------------------- */

static void *
encode_alloc(int raw_malloc, size_t size)
{
    return raw_malloc ? PyMem_RawMalloc(size) : PyMem_Malloc(size);
}

static void
encode_free(int raw_malloc, void *memory)
{
    if (raw_malloc) {
        PyMem_RawFree(memory);
    }
    else {
        PyMem_Free(memory);
    }
}

static int
encode_error(size_t at, size_t *error_pos, const char **reason)
{
    if (error_pos != NULL) {
        *error_pos = at;
    }
    if (reason != NULL) {
        *reason = "encoding error";
    }
    return -2;
}

static int
encode_ascii(const wchar_t *text, char **str, size_t *error_pos,
             const char **reason, int raw_malloc, _Py_error_handler errors)
{
    int surrogateescape;
    if (get_surrogateescape(errors, &surrogateescape) < 0) {
        return -3;
    }
    size_t length = wcslen(text);
    char *result = encode_alloc(raw_malloc, length + 1);
    if (result == NULL) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        wchar_t ch = text[i];
        if (ch >= 0 && ch <= 0x7f) {
            result[i] = (char)ch;
        }
        else if (surrogateescape && is_escaped_byte(ch)) {
            result[i] = (char)(ch - 0xdc00);
        }
        else {
            encode_free(raw_malloc, result);
            return encode_error(i, error_pos, reason);
        }
    }
    result[length] = '\0';
    *str = result;
    return 0;
}

/* The bytes of one character; (size_t)-1 when there are none. */
static size_t
encode_char(wchar_t ch, int surrogateescape, char *bytes, mbstate_t *state)
{
    if (is_escaped_byte(ch)) {
        if (!surrogateescape) {
            return DECODE_ERROR;
        }
        bytes[0] = (char)(ch - 0xdc00);
        return 1;
    }
    if (!is_valid_wide_char(ch)) {
        return DECODE_ERROR;
    }
    return wcrtomb(bytes, ch, state);
}

static int
encode_current_locale(const wchar_t *text, char **str, size_t *error_pos,
                      const char **reason, int raw_malloc,
                      _Py_error_handler errors)
{
    int surrogateescape;
    if (get_surrogateescape(errors, &surrogateescape) < 0) {
        return -3;
    }
    char bytes[MB_LEN_MAX];
    size_t length = wcslen(text);
    size_t size = 0;
    mbstate_t state;
    memset(&state, 0, sizeof(state));
    for (size_t i = 0; i < length; i++) {
        size_t n = encode_char(text[i], surrogateescape, bytes, &state);
        if (n == DECODE_ERROR) {
            return encode_error(i, error_pos, reason);
        }
        size += n;
    }
    char *result = encode_alloc(raw_malloc, size + 1);
    if (result == NULL) {
        return -1;
    }
    char *out = result;
    memset(&state, 0, sizeof(state));
    for (size_t i = 0; i < length; i++) {
        size_t n = encode_char(text[i], surrogateescape, bytes, &state);
        memcpy(out, bytes, n);
        out += n;
    }
    *out = '\0';
    *str = result;
    return 0;
}

static int
encode_locale_ex(const wchar_t *text, char **str, size_t *error_pos,
                 const char **reason, int raw_malloc, int current_locale,
                 _Py_error_handler errors)
{
    if (!current_locale) {
        if (Py_UTF8Mode == 1) {
            return _Py_EncodeUTF8Ex(text, str, error_pos, reason, raw_malloc,
                                    errors);
        }
        if (_Py_GetForceASCII()) {
            return encode_ascii(text, str, error_pos, reason, raw_malloc,
                                errors);
        }
    }
    return encode_current_locale(text, str, error_pos, reason, raw_malloc,
                                 errors);
}

static char *
encode_locale(const wchar_t *text, size_t *error_pos, int raw_malloc)
{
    char *str;
    int status = encode_locale_ex(text, &str, error_pos, NULL, raw_malloc, 0,
                                  _Py_ERROR_SURROGATEESCAPE);
    if (status != -2 && error_pos != NULL) {
        *error_pos = (size_t)-1;
    }
    return status == 0 ? str : NULL;
}

char *
Py_EncodeLocale(const wchar_t *text, size_t *error_pos)
{
    return encode_locale(text, error_pos, 0);
}

char *
_Py_EncodeLocaleRaw(const wchar_t *text, size_t *error_pos)
{
    return encode_locale(text, error_pos, 1);
}

int
_Py_EncodeLocaleEx(const wchar_t *text, char **str, size_t *error_pos,
                   const char **reason, int current_locale,
                   _Py_error_handler errors)
{
    return encode_locale_ex(text, str, error_pos, reason, 1, current_locale,
                            errors);
}

wchar_t *
_Py_GetLocaleEncoding(void)
{
    const char *codeset = nl_langinfo(CODESET);
    if (codeset == NULL || codeset[0] == '\0') {
        codeset = "utf-8";
    }
    wchar_t *result;
    int status = decode_current_locale(codeset, &result, NULL, NULL,
                                       _Py_ERROR_SURROGATEESCAPE);
    return status < 0 ? NULL : result;
}

PyObject *
_Py_GetLocaleEncodingObject(void)
{
    wchar_t *encoding = _Py_GetLocaleEncoding();
    if (encoding == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = PyUnicode_FromWideChar(encoding, -1);
    PyMem_RawFree(encoding);
    return result;
}

/* -- Status --------------------------------------------------------------- */

int
_Py_fstat_noraise(int fd, struct _Py_stat_struct *status)
{
    return fstat(fd, status);
}

int
_Py_fstat(int fd, struct _Py_stat_struct *status)
{
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = _Py_fstat_noraise(fd, status);
    Py_END_ALLOW_THREADS
    if (result != 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

/* 0 done, -1 with errno, -2 with an exception. */
int
_Py_stat(PyObject *path, struct stat *status)
{
    PyObject *bytes = PyUnicode_EncodeFSDefault(path);
    if (bytes == NULL) {
        return -2;
    }
    char *name;
    if (PyBytes_AsStringAndSize(bytes, &name, NULL) < 0) {
        Py_DECREF(bytes);
        return -2;
    }
    int result = stat(name, status);
    Py_DECREF(bytes);
    return result;
}

/* -- Inheritance of descriptors ------------------------------------------- */

static int
get_inheritable(int fd, int raise)
{
    int flags = fcntl(fd, F_GETFD, 0);
    if (flags == -1) {
        if (raise) {
            PyErr_SetFromErrno(PyExc_OSError);
        }
        return -1;
    }
    return !(flags & FD_CLOEXEC);
}

int
_Py_get_inheritable(int fd)
{
    return get_inheritable(fd, 1);
}

/* One system call where ioctl() works, else two. */
static int
set_inheritable(int fd, int inheritable, int raise, int *atomic_flag_works)
{
    static int ioctl_works = -1;
    if (atomic_flag_works != NULL && !inheritable) {
        if (*atomic_flag_works == -1) {
            int is_inheritable = get_inheritable(fd, raise);
            if (is_inheritable == -1) {
                return -1;
            }
            *atomic_flag_works = !is_inheritable;
        }
        if (*atomic_flag_works) {
            return 0;
        }
    }
    if (ioctl_works != 0 && raise != 0) {
        if (ioctl(fd, inheritable ? FIONCLEX : FIOCLEX, NULL) == 0) {
            ioctl_works = 1;
            return 0;
        }
        if (errno == ENOTTY || errno == EACCES) {
            ioctl_works = 0;
        }
        else if (errno != EBADF) {
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        /* EBADF may mean an O_PATH descriptor: fcntl() takes those. */
    }
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0) {
        if (raise) {
            PyErr_SetFromErrno(PyExc_OSError);
        }
        return -1;
    }
    int wanted = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
    if (wanted != flags && fcntl(fd, F_SETFD, wanted) < 0) {
        if (raise) {
            PyErr_SetFromErrno(PyExc_OSError);
        }
        return -1;
    }
    return 0;
}

static int
make_non_inheritable(int fd)
{
    return set_inheritable(fd, 0, 0, NULL);
}

int
_Py_set_inheritable(int fd, int inheritable, int *atomic_flag_works)
{
    return set_inheritable(fd, inheritable, 1, atomic_flag_works);
}

/* May be called between fork() and exec(): sets no exception. */
int
_Py_set_inheritable_async_safe(int fd, int inheritable,
                               int *atomic_flag_works)
{
    return set_inheritable(fd, inheritable, 0, atomic_flag_works);
}

/* -- Opening -------------------------------------------------------------- */

static int
open_descriptor(const char *pathname, int flags, int gil_held)
{
    flags |= O_CLOEXEC;
    int fd;
    if (!gil_held) {
        return open(pathname, flags);
    }
    if (PySys_Audit("open", "sOi", pathname, Py_None, flags) < 0) {
        return -1;
    }
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        fd = open(pathname, flags);
        Py_END_ALLOW_THREADS
    } while (fd < 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (fd < 0 && !async_error) {
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, pathname);
    }
    return fd < 0 ? -1 : fd;
}

int
_Py_open(const char *pathname, int flags)
{
    return open_descriptor(pathname, flags, 1);
}

int
_Py_open_noraise(const char *pathname, int flags)
{
    return open_descriptor(pathname, flags, 0);
}

FILE *
_Py_wfopen(const wchar_t *path, const wchar_t *mode)
{
    char narrow_mode[10];
    size_t length = wcstombs(narrow_mode, mode, sizeof(narrow_mode));
    if (length == DECODE_ERROR || length >= sizeof(narrow_mode)) {
        errno = EINVAL;
        return NULL;
    }
    char *narrow_path = _Py_EncodeLocaleRaw(path, NULL);
    if (narrow_path == NULL) {
        return NULL;
    }
    FILE *file = fopen(narrow_path, narrow_mode);
    PyMem_RawFree(narrow_path);
    if (file != NULL && make_non_inheritable(fileno(file)) < 0) {
        fclose(file);
        return NULL;
    }
    return file;
}

FILE *
_Py_fopen_obj(PyObject *path, const char *mode)
{
    if (PySys_Audit("open", "Osi", path, mode, 0) < 0) {
        return NULL;
    }
    PyObject *bytes;
    if (!PyUnicode_FSConverter(path, &bytes)) {
        return NULL;
    }
    const char *name = PyBytes_AS_STRING(bytes);
    FILE *file;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        file = fopen(name, mode);
        Py_END_ALLOW_THREADS
    } while (file == NULL && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    int saved_errno = errno;
    Py_DECREF(bytes);
    if (async_error) {
        return NULL;
    }
    if (file == NULL) {
        errno = saved_errno;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
        return NULL;
    }
    if (set_inheritable(fileno(file), 0, 1, NULL) < 0) {
        fclose(file);
        return NULL;
    }
    return file;
}

/* -- Reading and writing -------------------------------------------------- */

Py_ssize_t
_Py_read(int fd, void *buf, size_t count)
{
    assert(!PyErr_Occurred());
    if (count > _PY_READ_MAX) {
        count = _PY_READ_MAX;
    }
    Py_ssize_t n;
    int error;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        n = read(fd, buf, count);
        error = errno;
        Py_END_ALLOW_THREADS
    } while (n < 0 && error == EINTR
             && !(async_error = PyErr_CheckSignals()));
    errno = error;
    if (n < 0) {
        if (!async_error) {
            PyErr_SetFromErrno(PyExc_OSError);
            errno = error;
        }
        return -1;
    }
    return n;
}

Py_ssize_t
_Py_write(int fd, const void *buf, size_t count)
{
    assert(!PyErr_Occurred());
    if (count > _PY_WRITE_MAX) {
        count = _PY_WRITE_MAX;
    }
    Py_ssize_t n;
    int error;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        n = write(fd, buf, count);
        error = errno;
        Py_END_ALLOW_THREADS
    } while (n < 0 && error == EINTR
             && !(async_error = PyErr_CheckSignals()));
    errno = error;
    if (n < 0) {
        if (!async_error) {
            PyErr_SetFromErrno(PyExc_OSError);
            errno = error;
        }
        return -1;
    }
    return n;
}

/* Without GIL and exceptions: an interrupted write is simply made again. */
Py_ssize_t
_Py_write_noraise(int fd, const void *buf, size_t count)
{
    if (count > _PY_WRITE_MAX) {
        count = _PY_WRITE_MAX;
    }
    Py_ssize_t n;
    do {
        errno = 0;
        n = write(fd, buf, count);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* -- Wide paths to the system --------------------------------------------- */

int
_Py_wreadlink(const wchar_t *path, wchar_t *buf, size_t buflen)
{
    char *narrow_path = _Py_EncodeLocaleRaw(path, NULL);
    if (narrow_path == NULL) {
        errno = EINVAL;
        return -1;
    }
    char target[PATH_MAX];
    ssize_t n = readlink(narrow_path, target, sizeof(target));
    PyMem_RawFree(narrow_path);
    if (n == -1) {
        return -1;
    }
    if ((size_t)n == sizeof(target)) {
        errno = EINVAL;
        return -1;
    }
    target[n] = '\0';
    size_t length;
    wchar_t *wide = Py_DecodeLocale(target, &length);
    if (wide == NULL) {
        errno = EINVAL;
        return -1;
    }
    if (buflen <= length) {
        PyMem_RawFree(wide);
        errno = EINVAL;
        return -1;
    }
    wcscpy(buf, wide);
    PyMem_RawFree(wide);
    return (int)length;
}

wchar_t *
_Py_wrealpath(const wchar_t *path, wchar_t *resolved_path,
              size_t resolved_path_len)
{
    char *narrow_path = _Py_EncodeLocaleRaw(path, NULL);
    if (narrow_path == NULL) {
        errno = EINVAL;
        return NULL;
    }
    char resolved[PATH_MAX];
    char *found = realpath(narrow_path, resolved);
    PyMem_RawFree(narrow_path);
    if (found == NULL) {
        return NULL;
    }
    size_t length;
    wchar_t *wide = Py_DecodeLocale(resolved, &length);
    if (wide == NULL) {
        errno = EINVAL;
        return NULL;
    }
    if (resolved_path_len <= length) {
        PyMem_RawFree(wide);
        errno = EINVAL;
        return NULL;
    }
    wcscpy(resolved_path, wide);
    PyMem_RawFree(wide);
    return resolved_path;
}

wchar_t *
_Py_wgetcwd(wchar_t *buf, size_t buflen)
{
    char path[PATH_MAX];
    if (getcwd(path, sizeof(path)) == NULL) {
        return NULL;
    }
    size_t length;
    wchar_t *wide = Py_DecodeLocale(path, &length);
    if (wide == NULL) {
        return NULL;
    }
    if (buflen <= length) {
        PyMem_RawFree(wide);
        return NULL;
    }
    wcscpy(buf, wide);
    PyMem_RawFree(wide);
    return buf;
}

/* -- Arithmetic on paths -------------------------------------------------- */

int
_Py_isabs(const wchar_t *path)
{
    return path[0] == L'/';
}

/* *abspath_p is NULL when the current directory cannot be known. */
int
_Py_abspath(const wchar_t *path, wchar_t **abspath_p)
{
    if (path[0] == L'\0' || !wcscmp(path, L".")) {
        wchar_t cwd[PATH_MAX + 1];
        if (!_Py_wgetcwd(cwd, Py_ARRAY_LENGTH(cwd) - 1)) {
            *abspath_p = NULL;
            return 0;
        }
        size_t size = (wcslen(cwd) + 1) * sizeof(wchar_t);
        *abspath_p = PyMem_RawMalloc(size);
        if (*abspath_p == NULL) {
            return -1;
        }
        memcpy(*abspath_p, cwd, size);
        return 0;
    }
    if (_Py_isabs(path)) {
        size_t size = (wcslen(path) + 1) * sizeof(wchar_t);
        *abspath_p = PyMem_RawMalloc(size);
        if (*abspath_p == NULL) {
            return -1;
        }
        memcpy(*abspath_p, path, size);
        return 0;
    }
    if (path[0] == L'.' && path[1] == L'/') {
        path += 2;
    }
    wchar_t cwd[PATH_MAX + 1];
    if (!_Py_wgetcwd(cwd, Py_ARRAY_LENGTH(cwd) - 1)) {
        *abspath_p = NULL;
        return 0;
    }
    size_t cwd_len = wcslen(cwd);
    size_t path_len = wcslen(path);
    *abspath_p = PyMem_RawMalloc((cwd_len + path_len + 2) * sizeof(wchar_t));
    if (*abspath_p == NULL) {
        return -1;
    }
    wchar_t *out = *abspath_p;
    memcpy(out, cwd, cwd_len * sizeof(wchar_t));
    out[cwd_len] = L'/';
    memcpy(out + cwd_len + 1, path, (path_len + 1) * sizeof(wchar_t));
    return 0;
}

/* buffer = dirname/relfile; the buffer is large enough, or -1. */
static int
join_relfile(wchar_t *buffer, size_t bufsize, const wchar_t *dirname,
             const wchar_t *relfile)
{
    size_t dir_len = wcslen(dirname);
    size_t file_len = wcslen(relfile);
    int separator = dir_len > 0 && file_len > 0
                    && dirname[dir_len - 1] != L'/';
    if (dir_len + file_len + (size_t)separator >= bufsize) {
        return -1;
    }
    if (buffer != dirname) {
        memcpy(buffer, dirname, dir_len * sizeof(wchar_t));
    }
    wchar_t *out = buffer + dir_len;
    if (separator) {
        *out++ = L'/';
    }
    memcpy(out, relfile, (file_len + 1) * sizeof(wchar_t));
    return 0;
}

wchar_t *
_Py_join_relfile(const wchar_t *dirname, const wchar_t *relfile)
{
    size_t size = wcslen(dirname) + 1 + wcslen(relfile) + 1;
    wchar_t *result = PyMem_RawMalloc(size * sizeof(wchar_t));
    if (result == NULL) {
        return NULL;
    }
    if (join_relfile(result, size, dirname, relfile) < 0) {
        PyMem_RawFree(result);
        return NULL;
    }
    return result;
}

int
_Py_add_relfile(wchar_t *dirname, const wchar_t *relfile, size_t bufsize)
{
    return join_relfile(dirname, bufsize, dirname, relfile);
}

size_t
_Py_find_basename(const wchar_t *filename)
{
    for (size_t i = wcslen(filename); i > 0; i--) {
        if (filename[i] == L'/') {
            return i + 1;
        }
    }
    return 0;
}

/* Collapse "//", "." and "x/.." in place and return path.  Two leading
   slashes stay two; more become one.  A relative path keeps its leading
   "..", and one that collapses to nothing is the empty string. */
wchar_t *
_Py_normpath_and_size(wchar_t *path, Py_ssize_t size, Py_ssize_t *normsize)
{
    const wchar_t *end = path + (size >= 0 ? (size_t)size : wcslen(path));
    if (path == end) {
        *normsize = 0;
        return path;
    }
    const wchar_t *in = path;
    wchar_t *out = path;
    int slashes = 0;
    while (in < end && *in == L'/') {
        in++;
        slashes++;
    }
    int rooted = slashes > 0;
    out += slashes == 2 ? 2 : rooted;
    wchar_t *start = out;       /* nothing before it is ever removed */
    wchar_t *floor = out;       /* end of the leading ".." parts */
    while (in < end) {
        const wchar_t *part = in;
        while (in < end && *in != L'/') {
            in++;
        }
        size_t length = (size_t)(in - part);
        while (in < end && *in == L'/') {
            in++;
        }
        if (length == 1 && part[0] == L'.') {
            continue;
        }
        int is_up = length == 2 && part[0] == L'.' && part[1] == L'.';
        if (is_up && out > floor) {
            do {
                out--;
            } while (out > floor && *out != L'/');
            continue;
        }
        if (is_up && rooted) {
            continue;
        }
        if (out > start) {
            *out++ = L'/';
        }
        memmove(out, part, length * sizeof(wchar_t));
        out += length;
        if (is_up) {
            floor = out;
        }
    }
    if (out < end) {
        *out = L'\0';
    }
    *normsize = out - path;
    return path;
}

wchar_t *
_Py_normpath(wchar_t *path, Py_ssize_t size)
{
    Py_ssize_t normsize;
    return _Py_normpath_and_size(path, size, &normsize);
}

/* -- Descriptors ---------------------------------------------------------- */

int
_Py_dup(int fd)
{
    int copy;
    Py_BEGIN_ALLOW_THREADS
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    Py_END_ALLOW_THREADS
    if (copy < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return copy;
}

int
_Py_get_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL, 0);
    if (flags < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return !(flags & O_NONBLOCK);
}

int
_Py_set_blocking(int fd, int blocking)
{
    int flags = fcntl(fd, F_GETFL, 0);
    if (flags >= 0) {
        int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
        if (wanted == flags || fcntl(fd, F_SETFL, wanted) >= 0) {
            return 0;
        }
    }
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

/* Close first..last, both included, whatever is open; errors do not count. */
void
_Py_closerange(int first, int last)
{
    first = Py_MAX(first, 0);
    if (first > last) {
        return;
    }
    if (syscall(SYS_close_range, (unsigned int)first, (unsigned int)last, 0)
        == 0) {
        return;
    }
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit > 0 && last >= limit) {
        last = (int)limit - 1;
    }
    for (int fd = first; fd <= last; fd++) {
        (void)close(fd);
    }
}

/* -- Numbers of the locale ------------------------------------------------ */

static int
is_one_ascii_char(const char *s)
{
    return strlen(s) == 0 || (strlen(s) == 1 && (unsigned char)s[0] < 128);
}

/* localeconv() answers in the bytes of LC_NUMERIC's locale: where it is not
   LC_CTYPE's, switch for the time of decoding. */
int
_Py_GetLocaleconvNumeric(struct lconv *lc, PyObject **decimal_point,
                         PyObject **thousands_sep)
{
    int result = -1;
    char *old_locale = NULL;
    if (!is_one_ascii_char(lc->decimal_point)
        || !is_one_ascii_char(lc->thousands_sep)) {
        const char *ctype = setlocale(LC_CTYPE, NULL);
        if (ctype == NULL) {
            PyErr_SetString(PyExc_UnicodeEncodeError,
                            "failed to get LC_CTYPE locale");
            return -1;
        }
        old_locale = _PyMem_Strdup(ctype);
        if (old_locale == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        const char *numeric = setlocale(LC_NUMERIC, NULL);
        if (numeric == NULL || strcmp(numeric, old_locale) == 0) {
            PyMem_Free(old_locale);
            old_locale = NULL;
        }
        else {
            setlocale(LC_CTYPE, numeric);
        }
    }
    *decimal_point = PyUnicode_DecodeLocale(lc->decimal_point, NULL);
    if (*decimal_point != NULL) {
        *thousands_sep = PyUnicode_DecodeLocale(lc->thousands_sep, NULL);
        if (*thousands_sep != NULL) {
            result = 0;
        }
        else {
            Py_CLEAR(*decimal_point);
        }
    }
    if (old_locale != NULL) {
        setlocale(LC_CTYPE, old_locale);
        PyMem_Free(old_locale);
    }
    return result;
}
