/* The allocators behind the three memory domains.

   domains.c   which allocator serves PyMem_Raw*, PyMem_* and PyObject_*
   small.c     blocks of up to 512 bytes from pools in arenas
   debug.c     a wrapper that detects misuse */
#ifndef Py_INTERNAL_MEM_H
#define Py_INTERNAL_MEM_H
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

/* The small-object allocator; larger blocks go to PyMem_Raw*. */
extern void *mem_small_malloc(void *ctx, size_t size);
extern void *mem_small_calloc(void *ctx, size_t count, size_t size);
extern void *mem_small_realloc(void *ctx, void *block, size_t size);
extern void mem_small_free(void *ctx, void *block);

/* One domain under the debug wrapper. */
struct mem_debug_domain {
    char id;                    /* 'r', 'm' or 'o', kept in each block */
    PyMemAllocatorEx alloc;     /* the allocator underneath */
};

extern void *mem_debug_raw_malloc(void *ctx, size_t size);
extern void *mem_debug_raw_calloc(void *ctx, size_t count, size_t size);
extern void *mem_debug_raw_realloc(void *ctx, void *block, size_t size);
extern void mem_debug_raw_free(void *ctx, void *block);
/* The same, and checks that the GIL is held. */
extern void *mem_debug_malloc(void *ctx, size_t size);
extern void *mem_debug_calloc(void *ctx, size_t count, size_t size);
extern void *mem_debug_realloc(void *ctx, void *block, size_t size);
extern void mem_debug_free(void *ctx, void *block);

/* True while PyObject_* is served by the small-object allocator. */
extern int mem_uses_small(void);

#endif /* !Py_INTERNAL_MEM_H */
