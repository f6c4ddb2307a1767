/* ASCII comparison that ignores case, whatever the locale. */

#include "Python.h"

int
PyOS_mystrnicmp(const char *s1, const char *s2, Py_ssize_t size)
{
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char a = (unsigned char)s1[i];
        unsigned char b = (unsigned char)s2[i];
        int difference = Py_TOLOWER(a) - Py_TOLOWER(b);
        if (difference != 0 || a == '\0') {
            return difference;
        }
    }
    return 0;
}

int
PyOS_mystricmp(const char *s1, const char *s2)
{
    return PyOS_mystrnicmp(s1, s2, PY_SSIZE_T_MAX);
}
