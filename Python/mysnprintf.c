/* snprintf that always terminates and never returns garbage. */

#include "Python.h"

int
PyOS_vsnprintf(char *str, size_t size, const char *format, va_list va)
{
    assert(str != NULL && size > 0 && format != NULL);
    int length;
    if (size > INT_MAX - 512) {
        length = -666;
    }
    else {
        length = vsnprintf(str, size, format, va);
    }
    if (size > 0) {
        str[size - 1] = '\0';
    }
    return length;
}

int
PyOS_snprintf(char *str, size_t size, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int length = PyOS_vsnprintf(str, size, format, va);
    va_end(va);
    return length;
}
