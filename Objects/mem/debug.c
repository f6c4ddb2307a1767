/* The debug wrapper of a memory domain.

   Every block is framed and filled, so that misuse shows:

     -16   8 bytes  requested size, big-endian
      -8   1 byte   the domain's letter: 'r', 'm' or 'o'
      -7   7 bytes  0xFD, must stay
       0   size     0xCD when new, 0xDD when freed
    size   8 bytes  0xFD, must stay

   free and realloc check letter and frame; a mismatch is described on stderr
   and ends the process. */

#include "Python.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include "pycore_mem.h"

#define BYTE_NEW 0xCD
#define BYTE_DEAD 0xDD
#define BYTE_FORBIDDEN 0xFD

#define WORD sizeof(size_t)
#define HEAD (2 * WORD)
#define FRAME (3 * WORD)

/* Bytes at each end of a block that realloc overwrites before it moves. */
#define ERASED_SIZE 64

static size_t
size_read(const uint8_t *bytes)
{
    size_t size = 0;
    for (size_t i = 0; i < WORD; i++) {
        size = size << 8 | bytes[i];
    }
    return size;
}

static void
size_write(uint8_t *bytes, size_t size)
{
    for (size_t i = WORD; i-- > 0; size >>= 8) {
        bytes[i] = (uint8_t)size;
    }
}

/* -- Description of a damaged block ------------------------------------- */

static int
bytes_are_forbidden(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != BYTE_FORBIDDEN) {
            return 0;
        }
    }
    return 1;
}

static void
describe_pad(const uint8_t *pad, size_t count, const char *label, int sign)
{
    if (bytes_are_forbidden(pad, count)) {
        fputs("FORBIDDENBYTE, as expected.\n", stderr);
        return;
    }
    fprintf(stderr, "not all FORBIDDENBYTE (0x%02x):\n", BYTE_FORBIDDEN);
    for (size_t i = 0; i < count; i++) {
        size_t offset = sign < 0 ? count - i : i;
        fprintf(stderr, "        at %s%c%zu: 0x%02x%s\n", label,
                sign < 0 ? '-' : '+', offset, pad[i],
                pad[i] != BYTE_FORBIDDEN ? " *** OUCH" : "");
    }
}

static void
block_describe(const uint8_t *block)
{
    if (block == NULL) {
        fprintf(stderr, "Debug memory block at address p=%p:\n", block);
        return;
    }
    char id = (char)block[-(Py_ssize_t)WORD];
    fprintf(stderr, "Debug memory block at address p=%p: API '%c'\n", block,
            id);
    size_t size = size_read(block - HEAD);
    fprintf(stderr, "    %zu bytes originally requested\n", size);

    fprintf(stderr, "    The %d pad bytes at p-%d are ", (int)WORD - 1,
            (int)WORD - 1);
    const uint8_t *lead = block - WORD + 1;
    int lead_good = bytes_are_forbidden(lead, WORD - 1);
    describe_pad(lead, WORD - 1, "p", -1);
    if (!lead_good) {
        fputs("    Because memory is corrupted at the start, the count of"
              " bytes requested\n"
              "       may be bogus, and checking the trailing pad bytes may"
              " segfault.\n", stderr);
    }

    const uint8_t *tail = block + size;
    fprintf(stderr, "    The %d pad bytes at tail=%p are ", (int)WORD, tail);
    describe_pad(tail, WORD, "tail", 1);

    if (size > 0) {
        size_t shown = size <= 16 ? size : 8;
        fputs("    Data at p:", stderr);
        for (size_t i = 0; i < shown; i++) {
            fprintf(stderr, " %02x", block[i]);
        }
        if (shown < size) {
            fputs(" ...", stderr);
            for (size_t i = size - 8; i < size; i++) {
                fprintf(stderr, " %02x", block[i]);
            }
        }
        fputc('\n', stderr);
    }
    fputc('\n', stderr);
    fflush(stderr);
    _PyMem_DumpTraceback(fileno(stderr), block);
}

/* -- Checks ------------------------------------------------------------- */

static void
block_check(const char *function, char id, const uint8_t *block)
{
    char text[100];
    const char *message;
    char found = (char)block[-(Py_ssize_t)WORD];
    if (found != id) {
        PyOS_snprintf(text, sizeof(text),
                      "bad ID: Allocated using API '%c', verified using "
                      "API '%c'", found, id);
        message = text;
    }
    else if (!bytes_are_forbidden(block - WORD + 1, WORD - 1)) {
        message = "bad leading pad byte";
    }
    else if (!bytes_are_forbidden(block + size_read(block - HEAD), WORD)) {
        message = "bad trailing pad byte";
    }
    else {
        return;
    }
    block_describe(block);
    _Py_FatalErrorFunc(function, message);
}

static void
gil_check(const char *function)
{
    if (!PyGILState_Check()) {
        _Py_FatalErrorFunc(function,
                           "Python memory allocator called without holding "
                           "the GIL");
    }
}

/* -- Without the GIL ---------------------------------------------------- */

static uint8_t *
block_frame(uint8_t *raw, char id, size_t size)
{
    uint8_t *block = raw + HEAD;
    size_write(raw, size);
    raw[WORD] = (uint8_t)id;
    memset(raw + WORD + 1, BYTE_FORBIDDEN, WORD - 1);
    memset(block + size, BYTE_FORBIDDEN, WORD);
    return block;
}

static void *
debug_alloc(struct mem_debug_domain *domain, size_t size, int zero)
{
    if (size > (size_t)PY_SSIZE_T_MAX - FRAME) {
        return NULL;
    }
    uint8_t *raw = zero
        ? domain->alloc.calloc(domain->alloc.ctx, 1, size + FRAME)
        : domain->alloc.malloc(domain->alloc.ctx, size + FRAME);
    if (raw == NULL) {
        return NULL;
    }
    uint8_t *block = block_frame(raw, domain->id, size);
    if (!zero) {
        memset(block, BYTE_NEW, size);
    }
    return block;
}

void *
mem_debug_raw_malloc(void *ctx, size_t size)
{
    return debug_alloc(ctx, size, 0);
}

void *
mem_debug_raw_calloc(void *ctx, size_t count, size_t size)
{
    return debug_alloc(ctx, count * size, 1);
}

static void
debug_free(const char *function, struct mem_debug_domain *domain,
           uint8_t *block)
{
    if (block == NULL) {
        return;
    }
    block_check(function, domain->id, block);
    size_t size = size_read(block - HEAD);
    memset(block - HEAD, BYTE_DEAD, size + FRAME);
    domain->alloc.free(domain->alloc.ctx, block - HEAD);
}

void
mem_debug_raw_free(void *ctx, void *block)
{
    debug_free("_PyMem_DebugRawFree", ctx, block);
}

static void *
debug_realloc(const char *function, struct mem_debug_domain *domain,
              uint8_t *block, size_t size)
{
    if (block == NULL) {
        return debug_alloc(domain, size, 0);
    }
    block_check(function, domain->id, block);
    if (size > (size_t)PY_SSIZE_T_MAX - FRAME) {
        return NULL;
    }

    /* Spoil the old block's frame and ends, so that a pointer kept to it is
       found out; the ends are put back into the new block. */
    uint8_t saved[2 * ERASED_SIZE];
    size_t old_size = size_read(block - HEAD);
    uint8_t *raw = block - HEAD;
    int whole = old_size <= sizeof(saved);
    size_t head_saved = whole ? old_size : ERASED_SIZE;
    memcpy(saved, block, head_saved);
    memset(raw, BYTE_DEAD, HEAD + head_saved);
    uint8_t *tail = block + old_size;
    if (!whole) {
        memcpy(saved + ERASED_SIZE, tail - ERASED_SIZE, ERASED_SIZE);
        memset(tail - ERASED_SIZE, BYTE_DEAD, ERASED_SIZE + WORD);
    }
    else {
        memset(tail, BYTE_DEAD, WORD);
    }

    uint8_t *moved = domain->alloc.realloc(domain->alloc.ctx, raw,
                                           size + FRAME);
    int failed = moved == NULL;
    if (failed) {
        moved = raw;
    }
    size_t new_size = failed ? old_size : size;
    uint8_t *result = block_frame(moved, domain->id, new_size);
    size_t kept = old_size < new_size ? old_size : new_size;
    memcpy(result, saved, head_saved < kept ? head_saved : kept);
    if (!whole) {
        size_t from = old_size - ERASED_SIZE;
        if (kept > from) {
            memcpy(result + from, saved + ERASED_SIZE, kept - from);
        }
    }
    if (failed) {
        return NULL;
    }
    if (new_size > old_size) {
        memset(result + old_size, BYTE_NEW, new_size - old_size);
    }
    return result;
}

void *
mem_debug_raw_realloc(void *ctx, void *block, size_t size)
{
    return debug_realloc("_PyMem_DebugRawRealloc", ctx, block, size);
}

/* -- With the GIL ------------------------------------------------------- */

void *
mem_debug_malloc(void *ctx, size_t size)
{
    gil_check("_PyMem_DebugMalloc");
    return debug_alloc(ctx, size, 0);
}

void *
mem_debug_calloc(void *ctx, size_t count, size_t size)
{
    gil_check("_PyMem_DebugCalloc");
    return debug_alloc(ctx, count * size, 1);
}

void *
mem_debug_realloc(void *ctx, void *block, size_t size)
{
    gil_check("_PyMem_DebugRealloc");
    return debug_realloc("_PyMem_DebugRawRealloc", ctx, block, size);
}

void
mem_debug_free(void *ctx, void *block)
{
    gil_check("_PyMem_DebugFree");
    debug_free("_PyMem_DebugRawFree", ctx, block);
}
