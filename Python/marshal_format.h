/* The marshal format, shared by its reader and its writer.
 *
 * An object is a type byte and what the type wants; numbers are little
 * endian.  From version 3 on the type byte's top bit gives the object the
 * next reference number, by which it can come again. */

#ifndef BATON_MARSHAL_FORMAT_H
#define BATON_MARSHAL_FORMAT_H

#define TYPE_NULL '0'
#define TYPE_NONE 'N'
#define TYPE_FALSE 'F'
#define TYPE_TRUE 'T'
#define TYPE_STOPITER 'S'
#define TYPE_ELLIPSIS '.'
#define TYPE_INT 'i'
#define TYPE_INT64 'I'  /* read only */
#define TYPE_FLOAT 'f'
#define TYPE_BINARY_FLOAT 'g'
#define TYPE_COMPLEX 'x'
#define TYPE_BINARY_COMPLEX 'y'
#define TYPE_LONG 'l'
#define TYPE_STRING 's'
#define TYPE_INTERNED 't'
#define TYPE_REF 'r'
#define TYPE_TUPLE '('
#define TYPE_LIST '['
#define TYPE_DICT '{'
#define TYPE_CODE 'c'
#define TYPE_UNICODE 'u'
#define TYPE_UNKNOWN '?'
#define TYPE_SET '<'
#define TYPE_FROZENSET '>'
#define TYPE_ASCII 'a'
#define TYPE_ASCII_INTERNED 'A'
#define TYPE_SMALL_TUPLE ')'
#define TYPE_SHORT_ASCII 'z'
#define TYPE_SHORT_ASCII_INTERNED 'Z'

#define FLAG_REF 0x80

/* Nested deeper than this is refused, both ways. */
#define MAX_MARSHAL_STACK_DEPTH 2000

#define MARSHAL_SIZE_MAX 0x7FFFFFFF

/* Large ints are written in digits of 15 bits. */
#define MARSHAL_SHIFT 15
#define MARSHAL_BASE (1 << MARSHAL_SHIFT)
#define MARSHAL_MASK (MARSHAL_BASE - 1)
#define MARSHAL_RATIO (PyLong_SHIFT / MARSHAL_SHIFT)

/* marshal_read.c: one object from a file object with read and readinto. */
extern PyObject *marshal_read_from_object(PyObject *file);

#endif /* !BATON_MARSHAL_FORMAT_H */
