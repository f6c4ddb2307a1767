/* The three memory domains and the allocators that serve them.

   Each domain is a table of four functions and their context; anybody may
   replace it (PyMem_SetAllocator). Start-up chooses by PYTHONMALLOC or
   PyPreConfig.allocator:

     name       raw         mem, obj
     malloc     C library   C library
     pymalloc   C library   small-object allocator (small.c)

   and "_debug" puts the checks of debug.c in front of all three. */

#include "Python.h"
#include "pycore_pymem.h"
#include "pycore_mem.h"

/* -- The C library ------------------------------------------------------ */

/* malloc(0) may return NULL; a domain may not. */
static void *
libc_malloc(void *Py_UNUSED(ctx), size_t size)
{
    return malloc(size ? size : 1);
}

static void *
libc_calloc(void *Py_UNUSED(ctx), size_t count, size_t size)
{
    if (count == 0 || size == 0) {
        count = 1;
        size = 1;
    }
    return calloc(count, size);
}

static void *
libc_realloc(void *Py_UNUSED(ctx), void *block, size_t size)
{
    return realloc(block, size ? size : 1);
}

static void
libc_free(void *Py_UNUSED(ctx), void *block)
{
    free(block);
}

/* -- Tables ------------------------------------------------------------- */

#define ALLOCATOR_LIBC                                                  \
    {NULL, libc_malloc, libc_calloc, libc_realloc, libc_free}
#define ALLOCATOR_SMALL                                                 \
    {NULL, mem_small_malloc, mem_small_calloc, mem_small_realloc,       \
     mem_small_free}

#define NDOMAINS 3

static const PyMemAllocatorEx allocator_libc = ALLOCATOR_LIBC;
static const PyMemAllocatorEx allocator_small = ALLOCATOR_SMALL;

/* Indexed by PyMemAllocatorDomain. */
static PyMemAllocatorEx domains[NDOMAINS] = {
    ALLOCATOR_LIBC, ALLOCATOR_SMALL, ALLOCATOR_SMALL
};

#define domain_raw domains[PYMEM_DOMAIN_RAW]
#define domain_mem domains[PYMEM_DOMAIN_MEM]
#define domain_obj domains[PYMEM_DOMAIN_OBJ]

static struct mem_debug_domain debug_domains[NDOMAINS] = {
    {'r', ALLOCATOR_LIBC}, {'m', ALLOCATOR_SMALL}, {'o', ALLOCATOR_SMALL}
};

/* Defined here because it must live before any module does. */
struct _PyTraceMalloc_Config _Py_tracemalloc_config =
    _PyTraceMalloc_Config_INIT;

static PyMemAllocatorEx
allocator_debug(int domain)
{
    struct mem_debug_domain *debug = &debug_domains[domain];
    if (domain == PYMEM_DOMAIN_RAW) {
        return (PyMemAllocatorEx){debug, mem_debug_raw_malloc,
                                  mem_debug_raw_calloc,
                                  mem_debug_raw_realloc, mem_debug_raw_free};
    }
    return (PyMemAllocatorEx){debug, mem_debug_malloc, mem_debug_calloc,
                              mem_debug_realloc, mem_debug_free};
}

static int
allocator_equal(const PyMemAllocatorEx *a, const PyMemAllocatorEx *b)
{
    return a->ctx == b->ctx && a->malloc == b->malloc
        && a->calloc == b->calloc && a->realloc == b->realloc
        && a->free == b->free;
}

static const PyMemAllocatorEx *
allocator_standard(int domain, int small)
{
    return small && domain != PYMEM_DOMAIN_RAW ? &allocator_small
                                               : &allocator_libc;
}

/* -- Choosing ----------------------------------------------------------- */

static int
domain_is_debugged(int domain)
{
    PyMemAllocatorEx debug = allocator_debug(domain);
    return domains[domain].malloc == debug.malloc;
}

static void
domain_add_debug(int domain)
{
    if (!domain_is_debugged(domain)) {
        debug_domains[domain].alloc = domains[domain];
        domains[domain] = allocator_debug(domain);
    }
}

static void
domains_use(int small, int debug)
{
    for (int domain = 0; domain < NDOMAINS; domain++) {
        domains[domain] = *allocator_standard(domain, small);
        if (debug) {
            domain_add_debug(domain);
        }
    }
}

int
_PyMem_GetAllocatorName(const char *name, PyMemAllocatorName *allocator)
{
    static const struct {
        const char *name;
        PyMemAllocatorName value;
    } names[] = {
        {"", PYMEM_ALLOCATOR_DEFAULT},
        {"default", PYMEM_ALLOCATOR_DEFAULT},
        {"debug", PYMEM_ALLOCATOR_DEBUG},
        {"pymalloc", PYMEM_ALLOCATOR_PYMALLOC},
        {"pymalloc_debug", PYMEM_ALLOCATOR_PYMALLOC_DEBUG},
        {"malloc", PYMEM_ALLOCATOR_MALLOC},
        {"malloc_debug", PYMEM_ALLOCATOR_MALLOC_DEBUG},
    };
    if (name == NULL) {
        name = "";
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++) {
        if (strcmp(names[i].name, name) == 0) {
            *allocator = names[i].value;
            return 0;
        }
    }
    return -1;
}

int
_PyMem_SetupAllocators(PyMemAllocatorName allocator)
{
    switch (allocator) {
    case PYMEM_ALLOCATOR_NOT_SET:
        return 0;
    case PYMEM_ALLOCATOR_DEFAULT:
    case PYMEM_ALLOCATOR_PYMALLOC:
        domains_use(1, 0);
        return 0;
    case PYMEM_ALLOCATOR_DEBUG:
    case PYMEM_ALLOCATOR_PYMALLOC_DEBUG:
        domains_use(1, 1);
        return 0;
    case PYMEM_ALLOCATOR_MALLOC:
        domains_use(0, 0);
        return 0;
    case PYMEM_ALLOCATOR_MALLOC_DEBUG:
        domains_use(0, 1);
        return 0;
    default:
        return -1;
    }
}

int
_PyMem_SetDefaultAllocator(PyMemAllocatorDomain domain,
                           PyMemAllocatorEx *old_alloc)
{
    if ((unsigned)domain >= NDOMAINS) {
        return -1;
    }
    if (old_alloc != NULL) {
        *old_alloc = domains[domain];
    }
    domains[domain] = *allocator_standard(domain, 1);
    return 0;
}

const char *
_PyMem_GetCurrentAllocatorName(void)
{
    static const char *const names[2][2] = {
        {"malloc", "malloc_debug"}, {"pymalloc", "pymalloc_debug"}
    };
    for (int small = 0; small < 2; small++) {
        for (int debug = 0; debug < 2; debug++) {
            int same = 1;
            for (int domain = 0; domain < NDOMAINS && same; domain++) {
                const PyMemAllocatorEx *used = &domains[domain];
                if (debug) {
                    PyMemAllocatorEx wrapper = allocator_debug(domain);
                    same = allocator_equal(used, &wrapper);
                    used = &debug_domains[domain].alloc;
                }
                same = same && allocator_equal(
                    used, allocator_standard(domain, small));
            }
            if (same) {
                return names[small][debug];
            }
        }
    }
    return NULL;
}

int
mem_uses_small(void)
{
    const PyMemAllocatorEx *obj = &domain_obj;
    if (domain_is_debugged(PYMEM_DOMAIN_OBJ)) {
        obj = &debug_domains[PYMEM_DOMAIN_OBJ].alloc;
    }
    return obj->malloc == mem_small_malloc;
}

void
PyMem_SetupDebugHooks(void)
{
    for (int domain = 0; domain < NDOMAINS; domain++) {
        domain_add_debug(domain);
    }
}

void
PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    if ((unsigned)domain < NDOMAINS) {
        *allocator = domains[domain];
    }
    else {
        *allocator = (PyMemAllocatorEx){NULL, NULL, NULL, NULL, NULL};
    }
}

void
PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    if ((unsigned)domain < NDOMAINS) {
        domains[domain] = *allocator;
    }
}

/* -- The domains' functions --------------------------------------------- */

/* Sizes above PY_SSIZE_T_MAX are refused, so that lengths fit Py_ssize_t. */
static inline int
size_is_sane(size_t size)
{
    return size <= (size_t)PY_SSIZE_T_MAX;
}

static inline int
product_is_sane(size_t count, size_t size)
{
    return size == 0 || count <= (size_t)PY_SSIZE_T_MAX / size;
}

#define DEFINE_DOMAIN(prefix, domain)                                   \
    void *                                                              \
    prefix##Malloc(size_t size)                                         \
    {                                                                   \
        if (!size_is_sane(size)) {                                      \
            return NULL;                                                \
        }                                                               \
        return domain.malloc(domain.ctx, size);                         \
    }                                                                   \
                                                                        \
    void *                                                              \
    prefix##Calloc(size_t nelem, size_t elsize)                         \
    {                                                                   \
        if (!product_is_sane(nelem, elsize)) {                          \
            return NULL;                                                \
        }                                                               \
        return domain.calloc(domain.ctx, nelem, elsize);                \
    }                                                                   \
                                                                        \
    void *                                                              \
    prefix##Realloc(void *ptr, size_t new_size)                         \
    {                                                                   \
        if (!size_is_sane(new_size)) {                                  \
            return NULL;                                                \
        }                                                               \
        return domain.realloc(domain.ctx, ptr, new_size);               \
    }                                                                   \
                                                                        \
    void                                                                \
    prefix##Free(void *ptr)                                             \
    {                                                                   \
        domain.free(domain.ctx, ptr);                                   \
    }

DEFINE_DOMAIN(PyMem_Raw, domain_raw)
DEFINE_DOMAIN(PyMem_, domain_mem)
DEFINE_DOMAIN(PyObject_, domain_obj)
#undef DEFINE_DOMAIN

/* -- Copies of strings -------------------------------------------------- */

char *
_PyMem_RawStrdup(const char *str)
{
    size_t size = strlen(str) + 1;
    char *copy = PyMem_RawMalloc(size);
    return copy == NULL ? NULL : memcpy(copy, str, size);
}

char *
_PyMem_Strdup(const char *str)
{
    size_t size = strlen(str) + 1;
    char *copy = PyMem_Malloc(size);
    return copy == NULL ? NULL : memcpy(copy, str, size);
}

wchar_t *
_PyMem_RawWcsdup(const wchar_t *str)
{
    size_t length = wcslen(str);
    if (length > (size_t)PY_SSIZE_T_MAX / sizeof(wchar_t) - 1) {
        return NULL;
    }
    size_t size = (length + 1) * sizeof(wchar_t);
    wchar_t *copy = PyMem_RawMalloc(size);
    return copy == NULL ? NULL : memcpy(copy, str, size);
}
