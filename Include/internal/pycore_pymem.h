/* Allocators: choosing them, and what the interpreter knows of them. */
#ifndef Py_INTERNAL_PYMEM_H
#define Py_INTERNAL_PYMEM_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pymem.h"

/* Puts the default allocator into the domain and gives back the old one.
   -1 if the domain is unknown. */
PyAPI_FUNC(int) _PyMem_SetDefaultAllocator(PyMemAllocatorDomain domain,
                                           PyMemAllocatorEx *old_alloc);

/* True for NULL and for the patterns that the debug hooks write over
   uninitialised (CD), freed (DD) and forbidden (FD) bytes. */
static inline int
_PyMem_IsPtrFreed(const void *ptr)
{
    uintptr_t value = (uintptr_t)ptr;
    return value == 0
        || value == (uintptr_t)0xCDCDCDCDCDCDCDCD
        || value == (uintptr_t)0xDDDDDDDDDDDDDDDD
        || value == (uintptr_t)0xFDFDFDFDFDFDFDFD;
}

PyAPI_FUNC(int) _PyMem_GetAllocatorName(const char *name,
                                        PyMemAllocatorName *allocator);
PyAPI_FUNC(int) _PyMem_SetupAllocators(PyMemAllocatorName allocator);

struct _PyTraceMalloc_Config {
    enum {
        TRACEMALLOC_NOT_INITIALIZED,
        TRACEMALLOC_INITIALIZED,
        TRACEMALLOC_FINALIZED
    } initialized;
    int tracing;
    int max_nframe;
};
#define _PyTraceMalloc_Config_INIT                                      \
    {.initialized = TRACEMALLOC_NOT_INITIALIZED,                        \
     .tracing = 0,                                                      \
     .max_nframe = 1}
PyAPI_DATA(struct _PyTraceMalloc_Config) _Py_tracemalloc_config;

/* Tells on the file descriptor where the block was allocated (tracemalloc). */
extern void _PyMem_DumpTraceback(int fd, const void *ptr);

/* Whole pages, from the arena allocator. */
extern void *_PyObject_VirtualAlloc(size_t size);
extern void _PyObject_VirtualFree(void *, size_t size);

PyAPI_FUNC(Py_ssize_t) _Py_GetAllocatedBlocks(void);
PyAPI_FUNC(int) _PyObject_DebugMallocStats(FILE *out);
PyAPI_FUNC(void) _PyDebugAllocatorStats(FILE *out, const char *block_name,
                                        int num_blocks,
                                        size_t sizeof_block);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_PYMEM_H */
