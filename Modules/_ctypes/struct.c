/* Structures and unions: layout, fields, instances. */

#include "ctypes.h"
#include "structmember.h"
#include <string.h>
#include <wchar.h>

/* One field of a class: a descriptor. */
struct cfield {
    PyObject_HEAD
    PyObject *type;
    Py_ssize_t offset;
    Py_ssize_t size;
    Py_ssize_t index;
    int bits;               /* of a bit field, else 0 */
    int shift;              /* its lowest bit */
    int anonymous;          /* its own fields are reached directly */
};

/* An array of characters is text when it is a field: its element's letter,
   else zero. */
static char
text_code(PyObject *type)
{
    struct ctype_info *info = ctype_info_of(type);
    if (info->kind != CTYPE_ARRAY) {
        return '\0';
    }
    struct ctype_info *item = ctype_info_of(info->target);
    return item->kind == CTYPE_SIMPLE
           && (item->code == 'c' || item->code == 'u') ? item->code : '\0';
}

static PyObject *
text_get(char code, Py_ssize_t size, const char *place)
{
    if (code == 'c') {
        return PyBytes_FromStringAndSize(
            place, (Py_ssize_t)strnlen(place, (size_t)size));
    }
    size_t n = wcsnlen((const wchar_t *)place,
                       (size_t)size / sizeof(wchar_t));
    return PyUnicode_FromWideChar((const wchar_t *)place, (Py_ssize_t)n);
}

static int
text_set(char code, Py_ssize_t size, char *place, PyObject *value)
{
    if (code == 'c') {
        if (!PyBytes_Check(value)) {
            PyErr_Format(PyExc_TypeError,
                         "expected bytes, %s found",
                         Py_TYPE(value)->tp_name);
            return -1;
        }
        /* Up to its first zero, and that one too if there is room. */
        Py_ssize_t n = (Py_ssize_t)strlen(PyBytes_AS_STRING(value));
        if (n > size) {
            PyErr_Format(PyExc_ValueError,
                         "bytes too long (%zd, maximum length %zd)", n,
                         size);
            return -1;
        }
        memcpy(place, PyBytes_AS_STRING(value),
               (size_t)(n < size ? n + 1 : n));
        return 0;
    }
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "unicode string expected instead of %s instance",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_ssize_t room = size / (Py_ssize_t)sizeof(wchar_t);
    Py_ssize_t n = PyUnicode_GetLength(value);
    if (n > room) {
        PyErr_Format(PyExc_ValueError,
                     "string too long (%zd, maximum length %zd)", n, room);
        return -1;
    }
    return PyUnicode_AsWideChar(value, (wchar_t *)place, room) < 0 ? -1 : 0;
}

/* -- Fields -------------------------------------------------------------- */

static void
cfield_dealloc(struct cfield *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->type);
    PyObject_GC_Del(self);
}

static int
cfield_traverse(struct cfield *self, visitproc visit, void *arg)
{
    Py_VISIT(self->type);
    return 0;
}

static int
cfield_clear(struct cfield *self)
{
    Py_CLEAR(self->type);
    return 0;
}

static unsigned long long
bits_load(const char *p, Py_ssize_t size, int swapped)
{
    unsigned long long value = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_ssize_t at = swapped ? i : size - 1 - i;
        value = value << 8 | (unsigned char)p[at];
    }
    return value;
}

static void
bits_store(char *p, Py_ssize_t size, int swapped, unsigned long long value)
{
    for (Py_ssize_t i = 0; i < size; i++) {
        p[swapped ? size - 1 - i : i] = (char)(value >> (8 * i));
    }
}

static unsigned long long
bits_mask(int bits)
{
    return bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
}

static PyObject *
cfield_get(struct cfield *self, PyObject *instance, PyObject *owner)
{
    if (instance == NULL) {
        return Py_NewRef((PyObject *)self);
    }
    if (!is_cdata(instance)) {
        PyErr_SetString(PyExc_TypeError, "not a ctype instance");
        return NULL;
    }
    char *place = ((struct cdata *)instance)->ptr + self->offset;
    char text = text_code(self->type);
    if (text != '\0') {
        return text_get(text, self->size, place);
    }
    if (self->bits == 0) {
        return cdata_get(self->type, instance, self->index, place);
    }
    struct ctype_info *info = ctype_info_of(self->type);
    unsigned long long value =
        bits_load(place, self->size, info->swapped) >> self->shift
        & bits_mask(self->bits);
    if (strchr("bhilq", info->code) != NULL) {
        unsigned long long sign = 1ULL << (self->bits - 1);
        return PyLong_FromLongLong((long long)((value ^ sign) - sign));
    }
    if (info->code == '?') {
        return PyBool_FromLong(value != 0);
    }
    return PyLong_FromUnsignedLongLong(value);
}

static int
cfield_set(struct cfield *self, PyObject *instance, PyObject *value)
{
    if (!is_cdata(instance)) {
        PyErr_SetString(PyExc_TypeError, "not a ctype instance");
        return -1;
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "can't delete attribute");
        return -1;
    }
    char *place = ((struct cdata *)instance)->ptr + self->offset;
    char text = text_code(self->type);
    if (text != '\0' && !is_cdata(value)) {
        return text_set(text, self->size, place, value);
    }
    if (self->bits == 0) {
        return cdata_set(instance, self->type, value, self->index, place);
    }
    struct ctype_info *info = ctype_info_of(self->type);
    unsigned long long number;
    if (info->code == '?') {
        int truth = PyObject_IsTrue(value);
        if (truth < 0) {
            return -1;
        }
        number = (unsigned long long)truth;
    }
    else {
        if (!PyLong_Check(value)) {
            PyErr_Format(PyExc_TypeError,
                         "int expected instead of %s instance",
                         Py_TYPE(value)->tp_name);
            return -1;
        }
        number = PyLong_AsUnsignedLongLongMask(value);
        if (number == ~0ULL && PyErr_Occurred()) {
            return -1;
        }
    }
    unsigned long long mask = bits_mask(self->bits) << self->shift;
    unsigned long long whole = bits_load(place, self->size, info->swapped);
    bits_store(place, self->size, info->swapped,
               (whole & ~mask) | (number << self->shift & mask));
    return 0;
}

static PyObject *
cfield_get_size(struct cfield *self, void *Py_UNUSED(closure))
{
    if (self->bits) {
        return PyLong_FromSsize_t((Py_ssize_t)self->bits << 16
                                  | self->shift);
    }
    return PyLong_FromSsize_t(self->size);
}

static PyObject *
cfield_repr(struct cfield *self)
{
    const char *name = ((PyTypeObject *)self->type)->tp_name;
    if (self->bits) {
        return PyUnicode_FromFormat("<Field type=%s, ofs=%zd:%d, bits=%d>",
                                    name, self->offset, self->shift,
                                    self->bits);
    }
    return PyUnicode_FromFormat("<Field type=%s, ofs=%zd, size=%zd>", name,
                                self->offset, self->size);
}

static PyMemberDef cfield_members[] = {
    {"offset", T_PYSSIZET, offsetof(struct cfield, offset), READONLY,
     "offset in bytes of this field"},
    {NULL}
};

static PyGetSetDef cfield_getset[] = {
    {"size", (getter)cfield_get_size, NULL,
     "size in bytes of this field", NULL},
    {NULL}
};

CTYPES_TYPE PyTypeObject cfield_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes.CField",
    .tp_basicsize = sizeof(struct cfield),
    .tp_dealloc = (destructor)cfield_dealloc,
    .tp_repr = (reprfunc)cfield_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "Structure/Union member",
    .tp_traverse = (traverseproc)cfield_traverse,
    .tp_clear = (inquiry)cfield_clear,
    .tp_members = cfield_members,
    .tp_getset = cfield_getset,
    .tp_descr_get = (descrgetfunc)cfield_get,
    .tp_descr_set = (descrsetfunc)cfield_set,
};

static struct cfield *
cfield_new(PyObject *type, Py_ssize_t offset, Py_ssize_t size,
           Py_ssize_t index)
{
    struct cfield *field = PyObject_GC_New(struct cfield, &cfield_type);
    if (field != NULL) {
        field->type = Py_NewRef(type);
        field->offset = offset;
        field->size = size;
        field->index = index;
        field->bits = field->shift = field->anonymous = 0;
        PyObject_GC_Track(field);
    }
    return field;
}

/* -- Passing by value ---------------------------------------------------- */

/* A structure of at most two eightbytes is passed in registers, by what its
   parts are. Marks each eightbyte: 1 for floating point only, 2 otherwise. */
static void
classify(PyObject *type, Py_ssize_t offset, unsigned char *classes,
         Py_ssize_t *floats);

static void
classify_fields(PyTypeObject *type, Py_ssize_t offset,
                unsigned char *classes, Py_ssize_t *floats)
{
    if (type->tp_base != NULL
        && ctype_info_of((PyObject *)type->tp_base) != NULL)
    {
        classify_fields(type->tp_base, offset, classes, floats);
    }
    PyObject *key, *value;
    Py_ssize_t i = 0;
    while (PyDict_Next(type->tp_dict, &i, &key, &value)) {
        if (Py_IS_TYPE(value, &cfield_type)) {
            struct cfield *field = (struct cfield *)value;
            classify(field->type, offset + field->offset, classes, floats);
        }
    }
}

static void
classify(PyObject *type, Py_ssize_t offset, unsigned char *classes,
         Py_ssize_t *floats)
{
    struct ctype_info *info = ctype_info_of(type);
    if (info->kind == CTYPE_STRUCT || info->kind == CTYPE_UNION) {
        classify_fields((PyTypeObject *)type, offset, classes, floats);
        return;
    }
    if (info->kind == CTYPE_ARRAY) {
        struct ctype_info *item = ctype_info_of(info->target);
        for (Py_ssize_t i = 0; i < info->length && item->size; i++) {
            classify(info->target, offset + i * item->size, classes, floats);
        }
        return;
    }
    Py_ssize_t word = offset / 8;
    if (word > 1) {
        return;
    }
    if (info->code == 'f' || info->code == 'd') {
        classes[word] |= 1;
        floats[word] += info->code == 'f';
    }
    else {
        classes[word] |= 2;
    }
}

/* Describes the type for the call library. */
int
struct_make_ffi(PyObject *type, struct ctype_info *info)
{
    PyMem_Free(info->ffi.elements);
    info->ffi.elements = PyMem_New(ffi_type *, 5);
    if (info->ffi.elements == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    ffi_type **element = info->ffi.elements;
    info->ffi.type = FFI_TYPE_STRUCT;
    info->ffi.size = (size_t)info->size;
    info->ffi.alignment = (unsigned short)info->align;
    if (info->size > 0 && info->size <= 16) {
        unsigned char classes[2] = {0, 0};
        Py_ssize_t floats[2] = {0, 0};
        classify_fields((PyTypeObject *)type, 0, classes, floats);
        for (Py_ssize_t word = 0; word * 8 < info->size; word++) {
            Py_ssize_t rest = info->size - word * 8;
            if (classes[word] == 1) {
                if (floats[word] && rest >= 8) {
                    *element++ = &ffi_type_float;
                    *element++ = &ffi_type_float;
                }
                else {
                    *element++ = floats[word] ? &ffi_type_float
                                              : &ffi_type_double;
                }
            }
            else {
                *element++ = rest >= 8 ? &ffi_type_uint64
                             : rest > 4 ? &ffi_type_uint64
                             : rest > 2 ? &ffi_type_uint32
                             : rest == 2 ? &ffi_type_uint16
                                         : &ffi_type_uint8;
            }
        }
    }
    else if (info->size > 16) {
        /* In memory: only the size counts. */
        *element++ = &ffi_type_uint64;
        *element++ = &ffi_type_uint64;
    }
    *element = NULL;
    return 0;
}

/* -- Layout -------------------------------------------------------------- */

struct layout {
    Py_ssize_t size;        /* so far */
    Py_ssize_t align;
    Py_ssize_t pack;        /* 0: natural alignment */
    Py_ssize_t unit_size;   /* of the storage of the last bit field, or 0 */
    Py_ssize_t unit_offset;
    int unit_bits;          /* used up in it */
    int is_union;
    int big_endian;
};

static Py_ssize_t
round_up(Py_ssize_t n, Py_ssize_t align)
{
    return (n + align - 1) / align * align;
}

/* Places one field. BITS is -1 for an ordinary one. */
static struct cfield *
layout_place(struct layout *layout, PyObject *type, struct ctype_info *info,
             int bits, Py_ssize_t index)
{
    Py_ssize_t align = info->align;
    if (layout->pack && layout->pack < align) {
        align = layout->pack;
    }
    if (align > layout->align) {
        layout->align = align;
    }
    Py_ssize_t offset = -1;
    int width = (int)info->size * 8, used = layout->unit_bits;
    if (bits >= 0 && !layout->is_union && layout->unit_size >= info->size
        && used + bits <= layout->unit_size * 8
        && used % width + bits <= width)
    {
        /* Goes on in the same unit, or in the part of it that has the size
           of this type. */
        offset = layout->unit_offset + used / width * info->size;
        used %= width;
    }
    else if (bits >= 0 && !layout->is_union && layout->unit_size > 0
             && layout->unit_size < info->size
             && layout->unit_bits + bits <= info->size * 8)
    {
        /* The unit grows to the wider type. */
        layout->size = layout->unit_offset + info->size;
        layout->unit_size = info->size;
    }
    else {
        layout->unit_offset =
            layout->is_union ? 0 : round_up(layout->size, align);
        layout->unit_size = bits >= 0 ? info->size : 0;
        layout->unit_bits = used = 0;
        if (layout->unit_offset + info->size > layout->size) {
            layout->size = layout->unit_offset + info->size;
        }
    }
    if (offset < 0) {
        offset = layout->unit_offset;
    }
    struct cfield *field = cfield_new(type, offset, info->size, index);
    if (field != NULL && bits >= 0) {
        field->bits = bits;
        field->shift = layout->big_endian
            ? width - used - bits : used;
        layout->unit_bits += bits;
    }
    return field;
}

/* Checks the third item of a field's description. */
static int
field_bits(PyObject *type, struct ctype_info *info, int bits)
{
    if (info->kind != CTYPE_SIMPLE
        || strchr("bBhHiIlLqQ?c", info->code) == NULL || info->code == 'c')
    {
        PyErr_Format(PyExc_TypeError,
                     "bit fields not allowed for type %s",
                     ((PyTypeObject *)type)->tp_name);
        return -1;
    }
    if (bits <= 0 || bits > info->size * 8) {
        PyErr_SetString(PyExc_ValueError,
                        "number of bits invalid for bit field");
        return -1;
    }
    return 0;
}

/* Makes the fields of FIELD, whose own place is OFFSET and INDEX, fields of
   TYPE; those of the anonymous ones among them too. */
static int
fields_expose(PyObject *type, struct cfield *field, Py_ssize_t offset,
              Py_ssize_t index)
{
    PyObject *fields = PyObject_GetAttrString(field->type, "_fields_");
    PyObject *list = fields == NULL ? NULL
        : PySequence_Fast(fields, "_fields_ must be a sequence");
    Py_XDECREF(fields);
    if (list == NULL) {
        return -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; result == 0 && i < PySequence_Fast_GET_SIZE(list);
         i++)
    {
        PyObject *name =
            PySequence_GetItem(PySequence_Fast_GET_ITEM(list, i), 0);
        PyObject *inner = name == NULL ? NULL
            : PyObject_GetAttr(field->type, name);
        result = -1;
        if (inner != NULL && Py_IS_TYPE(inner, &cfield_type)) {
            struct cfield *f = (struct cfield *)inner;
            struct cfield *copy = cfield_new(f->type, offset + f->offset,
                                             f->size, index + f->index);
            if (f->anonymous) {
                result = fields_expose(type, f, offset + f->offset,
                                       index + f->index);
            }
            else if (copy != NULL) {
                copy->bits = f->bits;
                copy->shift = f->shift;
                result = PyType_Type.tp_setattro(type, name,
                                                 (PyObject *)copy);
            }
            Py_XDECREF(copy);
        }
        Py_XDECREF(name);
        Py_XDECREF(inner);
    }
    Py_DECREF(list);
    return result;
}

static int
anonymous_expose(PyObject *type, PyObject *name)
{
    PyObject *outer = PyDict_GetItemWithError(((PyTypeObject *)type)->tp_dict,
                                              name);
    if (outer == NULL || !Py_IS_TYPE(outer, &cfield_type)) {
        PyErr_Format(PyExc_AttributeError,
                     "'%U' is specified in _anonymous_ but not in _fields_",
                     name);
        return -1;
    }
    struct cfield *field = (struct cfield *)outer;
    field->anonymous = 1;
    return fields_expose(type, field, field->offset, field->index);
}

static int
anonymous_expose_all(PyObject *type)
{
    PyObject *names = PyDict_GetItemString(((PyTypeObject *)type)->tp_dict,
                                           "_anonymous_");
    if (names == NULL) {
        return 0;
    }
    PyObject *list = PySequence_Fast(names,
                                     "_anonymous_ must be a sequence");
    if (list == NULL) {
        return -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; result == 0 && i < PySequence_Fast_GET_SIZE(list);
         i++)
    {
        result = anonymous_expose(type, PySequence_Fast_GET_ITEM(list, i));
    }
    Py_DECREF(list);
    return result;
}

static Py_ssize_t
pack_of(PyObject *type)
{
    PyObject *value;
    PyObject *name = PyUnicode_FromString("_pack_");
    if (name == NULL || _PyObject_LookupAttr(type, name, &value) < 0) {
        Py_XDECREF(name);
        return -1;
    }
    Py_DECREF(name);
    if (value == NULL) {
        return 0;
    }
    int pack = _PyLong_AsInt(value);
    Py_DECREF(value);
    if (pack < 0) {
        if (!PyErr_Occurred()
            || PyErr_ExceptionMatches(PyExc_TypeError)
            || PyErr_ExceptionMatches(PyExc_OverflowError))
        {
            PyErr_SetString(PyExc_ValueError,
                            "pack must be a non-negative integer");
        }
        return -1;
    }
    return pack;
}

/* "T{<i:a:<c:b:}", with 'x' where bytes lie between the fields. */
static int
format_append(PyObject **format, struct ctype_info *info, PyObject *name,
              Py_ssize_t padding)
{
    if (padding > 0) {
        PyObject *pad = padding > 1
            ? PyUnicode_FromFormat("%zdx", padding)
            : PyUnicode_FromString("x");
        PyUnicode_AppendAndDel(format, pad);
    }
    PyObject *item = ctypes_shapeless(info, "");
    if (item != NULL) {
        Py_SETREF(item, PyUnicode_FromFormat("%U:%U:", item, name));
    }
    PyUnicode_AppendAndDel(format, item);
    return *format == NULL ? -1 : 0;
}

static int
layout_fields(PyObject *type, PyObject *list, struct ctype_info *info,
              struct layout *layout, PyObject **format)
{
    Py_ssize_t first = info->length;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list); i++) {
        PyObject *pair = PySequence_Fast_GET_ITEM(list, i), *name, *kind;
        int bits = -1;
        if (!PyTuple_Check(pair)
            || !PyArg_ParseTuple(pair, "UO|i", &name, &kind, &bits))
        {
            PyErr_SetString(PyExc_TypeError, "_fields_ must be a sequence "
                            "of (name, C type) pairs");
            return -1;
        }
        struct ctype_info *item = ctype_info_of(kind);
        if (item == NULL) {
            PyErr_Format(PyExc_TypeError,
                         "second item in _fields_ tuple (index %zd) must be "
                         "a C type", i);
            return -1;
        }
        if (item == info) {
            PyErr_SetString(PyExc_AttributeError,
                            "Structure or union cannot contain itself");
            return -1;
        }
        if (PyTuple_GET_SIZE(pair) > 2 && field_bits(kind, item, bits) < 0) {
            return -1;
        }
        item->final = 1;
        info->has_pointers |= item->has_pointers;
        Py_ssize_t before = layout->size;
        struct cfield *field = layout_place(layout, kind, item, bits,
                                            first + i);
        if (field == NULL) {
            return -1;
        }
        if (*format != NULL
            && format_append(format, item, name,
                             field->offset - before) < 0)
        {
            Py_DECREF(field);
            return -1;
        }
        int result = PyType_Type.tp_setattro(type, name, (PyObject *)field);
        Py_DECREF(field);
        if (result < 0) {
            return -1;
        }
    }
    info->length = first + PySequence_Fast_GET_SIZE(list);
    return 0;
}

/* Lays the class out. */
int
struct_set_fields(PyObject *type, PyObject *fields, int is_union)
{
    PyObject *own =
        PyDict_GetItemWithError(((PyTypeObject *)type)->tp_dict,
                                ctypes_name_info);
    struct ctype_info *info = (struct ctype_info *)own;
    if (info == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError,
                            "ctypes state is not initialized");
        }
        return -1;
    }
    if (info->final) {
        PyErr_SetString(PyExc_AttributeError, "_fields_ is final");
        return -1;
    }
    PyObject *list = PySequence_Fast(fields, "_fields_ must be a sequence "
                                     "of pairs");
    if (list == NULL) {
        return -1;
    }
    int result = -1;
    PyObject *format = NULL;
    struct ctype_info *base =
        ctype_info_of((PyObject *)((PyTypeObject *)type)->tp_base);
    struct layout layout = {0};
    layout.is_union = is_union;
    layout.size = base ? base->size : 0;
    layout.align = base ? base->align : 1;
    info->length = base ? base->length : 0;
    layout.pack = pack_of(type);
    if (layout.pack < 0) {
        goto done;
    }
    PyObject *swapped;
    PyObject *swapped_name = PyUnicode_FromString("_swappedbytes_");
    if (swapped_name == NULL
        || _PyObject_LookupAttr(type, swapped_name, &swapped) < 0)
    {
        Py_XDECREF(swapped_name);
        goto done;
    }
    Py_DECREF(swapped_name);
    layout.big_endian = PY_BIG_ENDIAN ^ (swapped != NULL);
    Py_XDECREF(swapped);
    if (!is_union && layout.pack == 0) {
        format = base && base->format && base->size > 0
            ? PyUnicode_FromStringAndSize(base->format,
                                          (Py_ssize_t)strlen(base->format)
                                          - 1)
            : PyUnicode_FromString("T{");
        if (format == NULL) {
            goto done;
        }
    }
    if (layout_fields(type, list, info, &layout, &format) < 0) {
        goto done;
    }
    Py_ssize_t end = layout.size;
    info->align = layout.align;
    info->size = round_up(layout.size, layout.align);
    char *text;
    if (format != NULL) {
        if (info->size > end) {
            PyUnicode_AppendAndDel(&format, info->size - end > 1
                ? PyUnicode_FromFormat("%zdx", info->size - end)
                : PyUnicode_FromString("x"));
        }
        if (format != NULL) {
            PyUnicode_AppendAndDel(&format, PyUnicode_FromString("}"));
        }
    }
    else {
        format = PyUnicode_FromString("B");
    }
    const char *utf8 = format == NULL ? NULL : PyUnicode_AsUTF8(format);
    text = utf8 == NULL ? NULL : PyMem_Malloc(strlen(utf8) + 1);
    if (text == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    strcpy(text, utf8);
    PyMem_Free(info->format);
    info->format = text;
    if (struct_make_ffi(type, info) == 0) {
        info->final = 1;
        result = anonymous_expose_all(type);
    }

done:
    Py_XDECREF(format);
    Py_DECREF(list);
    return result;
}

/* -- Instances ----------------------------------------------------------- */

/* Assigns arguments to the fields of the base classes, then to ours. Returns
   how many there have been. */
static Py_ssize_t
init_positional(PyObject *self, PyTypeObject *type, PyObject *args,
                PyObject *kwargs, Py_ssize_t index)
{
    if (type->tp_base != NULL
        && ctype_info_of((PyObject *)type->tp_base) != NULL)
    {
        index = init_positional(self, type->tp_base, args, kwargs, index);
        if (index < 0) {
            return -1;
        }
    }
    PyObject *fields = PyDict_GetItemString(type->tp_dict, "_fields_");
    if (fields == NULL) {
        return index;
    }
    Py_ssize_t n = PySequence_Length(fields);
    if (n < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < n && index < PyTuple_GET_SIZE(args);
         i++, index++)
    {
        PyObject *pair = PySequence_GetItem(fields, i);
        PyObject *name = pair == NULL ? NULL : PySequence_GetItem(pair, 0);
        Py_XDECREF(pair);
        if (name == NULL) {
            return -1;
        }
        int result = -1;
        int given = kwargs == NULL ? 0 : PyDict_Contains(kwargs, name);
        if (given > 0) {
            PyErr_Format(PyExc_TypeError,
                         "duplicate values for field %R", name);
        }
        else if (given == 0) {
            result = PyObject_SetAttr(self, name,
                                      PyTuple_GET_ITEM(args, index));
        }
        Py_DECREF(name);
        if (result < 0) {
            return -1;
        }
    }
    return index;
}

static int
aggregate_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) > 0) {
        Py_ssize_t n = init_positional(self, Py_TYPE(self), args, kwargs, 0);
        if (n < 0) {
            return -1;
        }
        if (n < PyTuple_GET_SIZE(args)) {
            PyErr_SetString(PyExc_TypeError, "too many initializers");
            return -1;
        }
    }
    PyObject *key, *value;
    Py_ssize_t i = 0;
    while (kwargs != NULL && PyDict_Next(kwargs, &i, &key, &value)) {
        if (PyObject_SetAttr(self, key, value) < 0) {
            return -1;
        }
    }
    return 0;
}

#define AGGREGATE_TYPE(NAME, TEXT, DOC)                                     \
    PyTypeObject NAME = {                                                   \
        PyVarObject_HEAD_INIT(NULL, 0)                                      \
        .tp_name = "_ctypes." TEXT,                                         \
        .tp_basicsize = sizeof(struct cdata),                               \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,               \
        .tp_doc = DOC,                                                      \
        .tp_init = aggregate_init,                                          \
        .tp_new = cdata_new,                                                \
    }

AGGREGATE_TYPE(struct_type, "Structure", "Structure base class");
AGGREGATE_TYPE(union_type, "Union", "Union base class");
