/* Classes of ASCII characters, independent of the locale. */
#include "Python.h"

#define LOWER PY_CTF_LOWER
#define LOWER_HEX (PY_CTF_LOWER | PY_CTF_XDIGIT)
#define UPPER PY_CTF_UPPER
#define UPPER_HEX (PY_CTF_UPPER | PY_CTF_XDIGIT)
#define DIGIT (PY_CTF_DIGIT | PY_CTF_XDIGIT)

const unsigned int _Py_ctype_table[256] = {
    ['\t'] = PY_CTF_SPACE, ['\n'] = PY_CTF_SPACE, ['\v'] = PY_CTF_SPACE,
    ['\f'] = PY_CTF_SPACE, ['\r'] = PY_CTF_SPACE, [' '] = PY_CTF_SPACE,
    ['0' ... '9'] = DIGIT,
    ['A' ... 'F'] = UPPER_HEX, ['G' ... 'Z'] = UPPER,
    ['a' ... 'f'] = LOWER_HEX, ['g' ... 'z'] = LOWER,
};

#define ROW8(M, C) M((C)), M((C) + 1), M((C) + 2), M((C) + 3), \
    M((C) + 4), M((C) + 5), M((C) + 6), M((C) + 7)
#define ROW64(M, C) ROW8(M, (C)), ROW8(M, (C) + 8), ROW8(M, (C) + 16), \
    ROW8(M, (C) + 24), ROW8(M, (C) + 32), ROW8(M, (C) + 40), \
    ROW8(M, (C) + 48), ROW8(M, (C) + 56)
#define TO_LOWER(C) ((C) >= 'A' && (C) <= 'Z' ? (C) + 32 : (C))
#define TO_UPPER(C) ((C) >= 'a' && (C) <= 'z' ? (C) - 32 : (C))

const unsigned char _Py_ctype_tolower[256] = {
    ROW64(TO_LOWER, 0), ROW64(TO_LOWER, 64), ROW64(TO_LOWER, 128),
    ROW64(TO_LOWER, 192)};

const unsigned char _Py_ctype_toupper[256] = {
    ROW64(TO_UPPER, 0), ROW64(TO_UPPER, 64), ROW64(TO_UPPER, 128),
    ROW64(TO_UPPER, 192)};
