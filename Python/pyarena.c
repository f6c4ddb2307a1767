/* Memory that one parse or compilation fills and then drops as a whole.

   An arena is two chains. Blocks hold raw memory, handed out from the front;
   each new block is twice the size of the last, up to a limit, and a request
   too big for that gets a block of its own. Pages hold the references that
   the arena owns; freeing the arena drops them first, youngest page first,
   while the memory that may still point at the objects exists. */

#include "Python.h"
#include "pycore_pyarena.h"

#define BLOCK_SMALLEST 8192
#define BLOCK_LARGEST (256 * 1024)
#define ALIGNMENT 8
#define PAGE_OBJECTS 126

struct arena_block {
    struct arena_block *older;
    size_t size;                /* of data */
    size_t used;                /* always a multiple of ALIGNMENT */
    char data[];
};

struct arena_page {
    struct arena_page *older;
    size_t count;
    PyObject *objects[PAGE_OBJECTS];    /* owned */
};

struct _arena {
    struct arena_block *block;  /* the one being filled; never NULL */
    struct arena_page *page;    /* the one being filled, or NULL */
};

static struct arena_block *
block_new(size_t size, struct arena_block *older)
{
    if (size > PY_SSIZE_T_MAX - sizeof(struct arena_block)) {
        return NULL;
    }
    struct arena_block *block = PyMem_Malloc(sizeof(*block) + size);
    if (block != NULL) {
        block->older = older;
        block->size = size;
        block->used = 0;
    }
    return block;
}

PyArena *
_PyArena_New(void)
{
    PyArena *arena = PyMem_Malloc(sizeof(PyArena));
    if (arena == NULL) {
        return (PyArena *)PyErr_NoMemory();
    }
    arena->page = NULL;
    arena->block = block_new(BLOCK_SMALLEST, NULL);
    if (arena->block == NULL) {
        PyMem_Free(arena);
        return (PyArena *)PyErr_NoMemory();
    }
    return arena;
}

void
_PyArena_Free(PyArena *arena)
{
    for (struct arena_page *page = arena->page; page != NULL; ) {
        struct arena_page *older = page->older;
        for (size_t i = 0; i < page->count; i++) {
            Py_DECREF(page->objects[i]);
        }
        PyMem_Free(page);
        page = older;
    }
    for (struct arena_block *block = arena->block; block != NULL; ) {
        struct arena_block *older = block->older;
        PyMem_Free(block);
        block = older;
    }
    PyMem_Free(arena);
}

/* Room for SIZE bytes that the current block does not have. */
static void *
arena_grow(PyArena *arena, size_t size)
{
    size_t wanted = arena->block->size * 2;
    if (wanted > BLOCK_LARGEST) {
        wanted = BLOCK_LARGEST;
    }
    if (size > wanted / 4) {
        /* A big one goes behind the block being filled, whose rest stays
           in use. */
        struct arena_block *own = block_new(size, arena->block->older);
        if (own == NULL) {
            return PyErr_NoMemory();
        }
        own->used = size;
        arena->block->older = own;
        return own->data;
    }
    struct arena_block *block = block_new(wanted, arena->block);
    if (block == NULL) {
        return PyErr_NoMemory();
    }
    arena->block = block;
    block->used = size;
    return block->data;
}

void *
_PyArena_Malloc(PyArena *arena, size_t size)
{
    struct arena_block *block = arena->block;
    if (size > PY_SSIZE_T_MAX - ALIGNMENT) {
        return PyErr_NoMemory();
    }
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (size > block->size - block->used) {
        return arena_grow(arena, size);
    }
    void *result = block->data + block->used;
    block->used += size;
    return result;
}

int
_PyArena_AddPyObject(PyArena *arena, PyObject *object)
{
    struct arena_page *page = arena->page;
    if (page == NULL || page->count == PAGE_OBJECTS) {
        page = PyMem_Malloc(sizeof(*page));
        if (page == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        page->older = arena->page;
        page->count = 0;
        arena->page = page;
    }
    page->objects[page->count++] = object;
    return 0;
}
