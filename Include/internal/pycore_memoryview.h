/* memoryview: items of a view, between its two files. */
#ifndef Py_INTERNAL_MEMORYVIEW_H
#define Py_INTERNAL_MEMORYVIEW_H
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

extern PyTypeObject _PyMemoryIter_Type;

/* -1 with ValueError once the view or its buffer is released. */
extern int memoryview_check(PyMemoryViewObject *self);

/* The format without '@' if it is a single native character; otherwise NULL
   with NotImplementedError. */
extern const char *memory_format_native(const Py_buffer *view);
/* Its item size, or -1 (without exception) if it is none. */
extern Py_ssize_t memory_format_size(char *native, const char *format);

/* The item at ptr as an object. */
extern PyObject *memory_unpack(PyMemoryViewObject *self, const char *ptr,
                               const char *format);
extern int memory_pack(PyMemoryViewObject *self, char *ptr, PyObject *item,
                       const char *format);

/* 1 or 0, or -1 with an exception: are two views equal, item by item? */
extern int memory_equal(const Py_buffer *v, const Py_buffer *w);

/* ptr, dereferenced if the dimension has a suboffset. */
static inline char *
memory_adjust(char *ptr, const Py_ssize_t *suboffsets, Py_ssize_t dim)
{
    if (suboffsets != NULL && suboffsets[dim] >= 0) {
        return *(char **)ptr + suboffsets[dim];
    }
    return ptr;
}

#endif /* !Py_INTERNAL_MEMORYVIEW_H */
