/* The small-object allocator.

   Model. An arena is 1 MiB from the system; it is cut into pools of 16 KiB;
   a pool serves blocks of one size class (16, 32, ... 512 bytes, aligned to
   16). A pool keeps its free blocks in a list linked through the blocks and
   carves new ones from its end when that list runs dry.

     arena  | pool | pool | pool | ...                     | (1 MiB)
     pool   | struct pool | block | block | ... | never used yet |

   Each size class has a ring of pools with room. A full pool is in no ring
   and finds back when one of its blocks is freed; an empty pool returns to
   its arena, an empty arena to the system (one is kept in reserve). New
   pools come from the fullest arena, so that the emptier ones can drain.

   Ownership. free() must tell our blocks from those of malloc() without
   touching memory that may not be ours: a two-level radix tree over the
   address holds one bit for each pool-sized piece of the address space.

   The GIL protects everything here; no atomics. */

#include "Python.h"
#include "pycore_pymem.h"
#include "pycore_mem.h"

#include <sys/mman.h>

#define ALIGNMENT 16
#define ALIGNMENT_SHIFT 4
#define SMALL_MAX 512
#define NCLASSES (SMALL_MAX / ALIGNMENT)

#define POOL_SHIFT 14
#define POOL_SIZE ((size_t)1 << POOL_SHIFT)
#define ARENA_SHIFT 20
#define ARENA_SIZE ((size_t)1 << ARENA_SHIFT)
#define POOLS_MAX (ARENA_SIZE / POOL_SIZE)      /* 64: bits of a word */

/* At the start of each pool. */
struct pool {
    void *free;             /* list of freed blocks, linked by first word */
    uint32_t used;          /* blocks given out */
    uint32_t carve;         /* offset of the first never used block */
    struct pool *next;      /* ring of its class, or list of the arena */
    struct pool *prev;
    struct arena *arena;    /* where the pool belongs */
    uint32_t size;          /* of a block, in bytes */
    uint32_t class;         /* size / ALIGNMENT - 1 */
};

/* Kept outside the arena, in raw memory. */
struct arena {
    void *memory;           /* as the arena allocator gave it */
    char *pools;            /* first pool: `memory` aligned up */
    uint32_t npools;        /* 64, or 63 if `memory` was not aligned */
    uint32_t nfree;         /* empty pools, and pools never used */
    uint32_t ncarved;       /* pools used at least once */
    struct pool *free;      /* empty pools, by `next` */
    struct arena *next;     /* arenas with the same nfree */
    struct arena *prev;
    struct arena *all_next; /* all arenas */
    struct arena *all_prev;
};

/* Anchors of the rings: only next and prev are used. */
static struct pool rings[NCLASSES];
static int rings_ready;

/* Arenas by their number of free pools, and which bins are not empty.
   Arenas without free pools (bin 0) are not in a bin. */
static struct arena *arena_bins[POOLS_MAX + 1];
static uint64_t arena_bins_used;        /* bit n - 1: arena_bins[n] */
static struct arena *arenas;
static size_t arena_count;
static size_t arena_count_total;        /* ever made */
static size_t arena_count_highwater;
static Py_ssize_t raw_blocks;           /* blocks passed on to PyMem_Raw* */

/* -- System memory ------------------------------------------------------ */

static void *
arena_mmap(void *Py_UNUSED(ctx), size_t size)
{
    /* Twice as much, trimmed, gives an aligned arena; huge pages and the
       radix tree like it, though nothing depends on it. */
    char *raw = mmap(NULL, size + ARENA_SIZE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) {
        raw = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return raw == MAP_FAILED ? NULL : raw;
    }
    char *start = _Py_ALIGN_UP(raw, ARENA_SIZE);
    if (start != raw) {
        munmap(raw, (size_t)(start - raw));
    }
    size_t tail = (size_t)(raw + ARENA_SIZE - start);
    if (tail != 0) {
        munmap(start + size, tail);
    }
    return start;
}

static void
arena_munmap(void *Py_UNUSED(ctx), void *memory, size_t size)
{
    munmap(memory, size);
}

static PyObjectArenaAllocator arena_allocator = {
    NULL, arena_mmap, arena_munmap
};

void
PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    *allocator = arena_allocator;
}

void
PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    arena_allocator = *allocator;
}

void *
_PyObject_VirtualAlloc(size_t size)
{
    return arena_allocator.alloc(arena_allocator.ctx, size);
}

void
_PyObject_VirtualFree(void *memory, size_t size)
{
    arena_allocator.free(arena_allocator.ctx, memory, size);
}

/* -- Address map -------------------------------------------------------- */

#define MAP_ADDRESS_BITS 48
#define MAP_LEAF_BITS 14
#define MAP_ROOT_BITS (MAP_ADDRESS_BITS - ARENA_SHIFT - MAP_LEAF_BITS)

/* One word for each MiB, one bit in it for each pool. */
struct map_leaf {
    uint64_t pools[1 << MAP_LEAF_BITS];
};

static struct map_leaf *map_root[1 << MAP_ROOT_BITS];

static inline int
map_owns(const void *address)
{
    uintptr_t a = (uintptr_t)address;
    uintptr_t root = a >> (ARENA_SHIFT + MAP_LEAF_BITS);
    if (root >= Py_ARRAY_LENGTH(map_root) || map_root[root] == NULL) {
        return 0;
    }
    size_t leaf = (a >> ARENA_SHIFT) & ((1 << MAP_LEAF_BITS) - 1);
    size_t bit = (a >> POOL_SHIFT) & (POOLS_MAX - 1);
    return (map_root[root]->pools[leaf] >> bit) & 1;
}

static void
map_set(const struct arena *arena, int owned)
{
    for (uint32_t i = 0; i < arena->npools; i++) {
        uintptr_t a = (uintptr_t)arena->pools + i * POOL_SIZE;
        struct map_leaf *leaf = map_root[a >> (ARENA_SHIFT + MAP_LEAF_BITS)];
        size_t word = (a >> ARENA_SHIFT) & ((1 << MAP_LEAF_BITS) - 1);
        uint64_t bit = (uint64_t)1 << ((a >> POOL_SHIFT) & (POOLS_MAX - 1));
        if (owned) {
            leaf->pools[word] |= bit;
        }
        else {
            leaf->pools[word] &= ~bit;
        }
    }
}

/* Makes the leaves for an arena; leaves are never freed. */
static int
map_reserve(const struct arena *arena)
{
    uintptr_t first = (uintptr_t)arena->pools;
    uintptr_t last = first + arena->npools * POOL_SIZE - 1;
    uintptr_t shift = ARENA_SHIFT + MAP_LEAF_BITS;
    if (last >> shift >= Py_ARRAY_LENGTH(map_root)) {
        return -1;
    }
    for (uintptr_t i = first >> shift; i <= last >> shift; i++) {
        if (map_root[i] == NULL) {
            map_root[i] = PyMem_RawCalloc(1, sizeof(struct map_leaf));
            if (map_root[i] == NULL) {
                return -1;
            }
        }
    }
    return 0;
}

/* -- Arenas ------------------------------------------------------------- */

static void
arena_bin_remove(struct arena *arena)
{
    uint32_t n = arena->nfree;
    if (n == 0) {
        return;
    }
    if (arena->prev != NULL) {
        arena->prev->next = arena->next;
    }
    else {
        arena_bins[n] = arena->next;
        if (arena->next == NULL) {
            arena_bins_used &= ~((uint64_t)1 << (n - 1));
        }
    }
    if (arena->next != NULL) {
        arena->next->prev = arena->prev;
    }
}

static void
arena_bin_insert(struct arena *arena)
{
    uint32_t n = arena->nfree;
    if (n == 0) {
        return;
    }
    arena->prev = NULL;
    arena->next = arena_bins[n];
    if (arena->next != NULL) {
        arena->next->prev = arena;
    }
    arena_bins[n] = arena;
    arena_bins_used |= (uint64_t)1 << (n - 1);
}

static void
arena_set_nfree(struct arena *arena, uint32_t nfree)
{
    arena_bin_remove(arena);
    arena->nfree = nfree;
    arena_bin_insert(arena);
}

static struct arena *
arena_new(void)
{
    struct arena *arena = PyMem_RawCalloc(1, sizeof(*arena));
    if (arena == NULL) {
        return NULL;
    }
    arena->memory = _PyObject_VirtualAlloc(ARENA_SIZE);
    if (arena->memory == NULL) {
        PyMem_RawFree(arena);
        return NULL;
    }
    arena->pools = _Py_ALIGN_UP(arena->memory, POOL_SIZE);
    arena->npools = POOLS_MAX - (arena->pools != arena->memory);
    if (map_reserve(arena) < 0) {
        _PyObject_VirtualFree(arena->memory, ARENA_SIZE);
        PyMem_RawFree(arena);
        return NULL;
    }
    map_set(arena, 1);
    arena->nfree = arena->npools;
    arena_bin_insert(arena);
    arena->all_next = arenas;
    if (arenas != NULL) {
        arenas->all_prev = arena;
    }
    arenas = arena;
    arena_count++;
    arena_count_total++;
    if (arena_count > arena_count_highwater) {
        arena_count_highwater = arena_count;
    }
    return arena;
}

static void
arena_free(struct arena *arena)
{
    arena_bin_remove(arena);
    if (arena->all_prev != NULL) {
        arena->all_prev->all_next = arena->all_next;
    }
    else {
        arenas = arena->all_next;
    }
    if (arena->all_next != NULL) {
        arena->all_next->all_prev = arena->all_prev;
    }
    map_set(arena, 0);
    _PyObject_VirtualFree(arena->memory, ARENA_SIZE);
    PyMem_RawFree(arena);
    arena_count--;
}

/* The arena with the fewest free pools, made if there is none. */
static struct arena *
arena_with_room(void)
{
    if (arena_bins_used == 0) {
        return arena_new();
    }
    return arena_bins[__builtin_ctzll(arena_bins_used) + 1];
}

/* -- Pools -------------------------------------------------------------- */

static inline struct pool *
pool_of(const void *block)
{
    return (struct pool *)((uintptr_t)block & ~(uintptr_t)(POOL_SIZE - 1));
}

static void
rings_init(void)
{
    for (int i = 0; i < NCLASSES; i++) {
        rings[i].next = rings[i].prev = &rings[i];
    }
    rings_ready = 1;
}

static inline void
pool_unlink(struct pool *pool)
{
    pool->next->prev = pool->prev;
    pool->prev->next = pool->next;
}

static inline void
pool_link(struct pool *pool)
{
    struct pool *ring = &rings[pool->class];
    pool->next = ring->next;
    pool->prev = ring;
    ring->next->prev = pool;
    ring->next = pool;
}

/* A pool of the class, in its ring, with no block given out. */
static struct pool *
pool_new(uint32_t class)
{
    if (!rings_ready) {
        rings_init();
    }
    struct arena *arena = arena_with_room();
    if (arena == NULL) {
        return NULL;
    }
    struct pool *pool = arena->free;
    if (pool != NULL) {
        arena->free = pool->next;
    }
    else {
        pool = (struct pool *)(arena->pools + arena->ncarved * POOL_SIZE);
        arena->ncarved++;
    }
    arena_set_nfree(arena, arena->nfree - 1);
    pool->free = NULL;
    pool->used = 0;
    pool->carve = sizeof(struct pool);
    pool->arena = arena;
    pool->class = class;
    pool->size = (class + 1) << ALIGNMENT_SHIFT;
    pool_link(pool);
    return pool;
}

static void
pool_release(struct pool *pool)
{
    struct arena *arena = pool->arena;
    pool->next = arena->free;
    arena->free = pool;
    arena_set_nfree(arena, arena->nfree + 1);
    if (arena->nfree == arena->npools) {
        /* Keep one empty arena: a program that hovers around the border
           would otherwise map and unmap all the time. */
        if (arena->next != NULL || arena->prev != NULL) {
            arena_free(arena);
        }
    }
}

static inline int
pool_is_full(const struct pool *pool)
{
    return pool->free == NULL && pool->carve + pool->size > POOL_SIZE;
}

/* -- Blocks ------------------------------------------------------------- */

/* From a pool whose free list is empty, or a new pool. */
static void *
block_carve(struct pool *pool, uint32_t class)
{
    if (pool == &rings[class] || pool == NULL) {
        pool = pool_new(class);
        if (pool == NULL) {
            return NULL;
        }
    }
    void *block = (char *)pool + pool->carve;
    pool->carve += pool->size;
    pool->used++;
    if (pool_is_full(pool)) {
        pool_unlink(pool);
    }
    return block;
}

/* NULL if the size is not small, or without memory. */
static inline void *
block_new(size_t size)
{
    if (size - 1 >= SMALL_MAX) {
        return NULL;
    }
    uint32_t class = (uint32_t)(size - 1) >> ALIGNMENT_SHIFT;
    struct pool *pool = rings[class].next;
    if (pool == NULL || pool->free == NULL) {
        return block_carve(pool, class);
    }
    void *block = pool->free;
    pool->free = *(void **)block;
    pool->used++;
    if (pool_is_full(pool)) {
        pool_unlink(pool);
    }
    return block;
}

void *
mem_small_malloc(void *Py_UNUSED(ctx), size_t size)
{
    void *block = block_new(size ? size : 1);
    if (block == NULL) {
        block = PyMem_RawMalloc(size);
        raw_blocks += block != NULL;
    }
    return block;
}

void *
mem_small_calloc(void *Py_UNUSED(ctx), size_t count, size_t size)
{
    size_t total = count * size;    /* the domain checked for overflow */
    void *block = block_new(total ? total : 1);
    if (block != NULL) {
        return memset(block, 0, total);
    }
    block = PyMem_RawCalloc(count, size);
    raw_blocks += block != NULL;
    return block;
}

void
mem_small_free(void *Py_UNUSED(ctx), void *block)
{
    if (!map_owns(block)) {
        if (block != NULL) {
            PyMem_RawFree(block);
            raw_blocks--;
        }
        return;
    }
    struct pool *pool = pool_of(block);
    int was_full = pool_is_full(pool);
    *(void **)block = pool->free;
    pool->free = block;
    pool->used--;
    if (was_full) {
        pool_link(pool);
    }
    if (pool->used == 0) {
        pool_unlink(pool);
        pool_release(pool);
    }
}

void *
mem_small_realloc(void *ctx, void *block, size_t size)
{
    if (block == NULL) {
        return mem_small_malloc(ctx, size);
    }
    if (!map_owns(block)) {
        return PyMem_RawRealloc(block, size);
    }
    size_t old_size = pool_of(block)->size;
    if (size <= old_size) {
        /* Stay in place unless a quarter of the block would be wasted. */
        if (4 * size > 3 * old_size) {
            return block;
        }
    }
    void *moved = mem_small_malloc(ctx, size);
    if (moved == NULL) {
        return size <= old_size ? block : NULL;
    }
    memcpy(moved, block, size < old_size ? size : old_size);
    mem_small_free(ctx, block);
    return moved;
}

/* -- Statistics --------------------------------------------------------- */

Py_ssize_t
_Py_GetAllocatedBlocks(void)
{
    Py_ssize_t count = raw_blocks;
    for (struct arena *arena = arenas; arena; arena = arena->all_next) {
        for (uint32_t i = 0; i < arena->ncarved; i++) {
            struct pool *pool =
                (struct pool *)(arena->pools + i * POOL_SIZE);
            count += pool->used;
        }
    }
    return count;
}

static size_t
stats_line(FILE *out, const char *what, size_t value)
{
    fprintf(out, "%-35s = %20zu\n", what, value);
    return value;
}

void
_PyDebugAllocatorStats(FILE *out, const char *block_name, int num_blocks,
                       size_t sizeof_block)
{
    char text[128];
    PyOS_snprintf(text, sizeof(text), "%d %ss * %zd bytes each", num_blocks,
                  block_name, sizeof_block);
    fprintf(out, "%-47s = %14zu\n", text, num_blocks * sizeof_block);
}

int
_PyObject_DebugMallocStats(FILE *out)
{
    if (!mem_uses_small()) {
        return 0;
    }
    size_t pools[NCLASSES] = {0};
    size_t blocks[NCLASSES] = {0};
    size_t avail[NCLASSES] = {0};
    size_t free_pools = 0;
    for (struct arena *arena = arenas; arena; arena = arena->all_next) {
        free_pools += arena->nfree;
        for (uint32_t i = 0; i < arena->ncarved; i++) {
            struct pool *pool =
                (struct pool *)(arena->pools + i * POOL_SIZE);
            if (pool->used != 0) {
                size_t room = (POOL_SIZE - sizeof(*pool)) / pool->size;
                pools[pool->class]++;
                blocks[pool->class] += pool->used;
                avail[pool->class] += room - pool->used;
            }
        }
    }

    fprintf(out, "Small block threshold = %d, in %d size classes.\n\n",
            SMALL_MAX, NCLASSES);
    fputs("class   size   num pools   blocks in use  avail blocks\n"
          "-----   ----   ---------   -------------  ------------\n", out);
    size_t used_bytes = 0, avail_bytes = 0, all_pools = 0;
    for (int i = 0; i < NCLASSES; i++) {
        size_t size = (size_t)(i + 1) << ALIGNMENT_SHIFT;
        if (pools[i] == 0) {
            continue;
        }
        fprintf(out, "%5d %6zu %11zu %15zu %13zu\n", i, size, pools[i],
                blocks[i], avail[i]);
        used_bytes += blocks[i] * size;
        avail_bytes += avail[i] * size;
        all_pools += pools[i];
    }
    fputc('\n', out);
    stats_line(out, "# arenas allocated total", arena_count_total);
    stats_line(out, "# arenas reclaimed", arena_count_total - arena_count);
    stats_line(out, "# arenas highwater mark", arena_count_highwater);
    stats_line(out, "# arenas allocated current", arena_count);
    fputc('\n', out);
    stats_line(out, "# bytes in allocated blocks", used_bytes);
    stats_line(out, "# bytes in available blocks", avail_bytes);
    stats_line(out, "# bytes in unused pools", free_pools * POOL_SIZE);
    stats_line(out, "# bytes in pool headers",
               all_pools * sizeof(struct pool));
    stats_line(out, "Total", arena_count * ARENA_SIZE);
    return 1;
}
