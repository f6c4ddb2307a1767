/* Static, immortal, interned strings for the names that C code uses.

   &_Py_ID(name) is a borrowed reference to the string "name", usable in any
   function; &_Py_STR(name) to a text listed in Tools/static_strings.txt. No
   declaration is needed: Tools/gen_static_strings.awk scans the sources and
   defines one object for each name it meets. They are interned at start-up. */
#ifndef Py_INTERNAL_GLOBAL_STRINGS_H
#define Py_INTERNAL_GLOBAL_STRINGS_H

struct static_string {
    PyASCIIObject ascii;
    char data[];
};

#define _Py_ID(NAME)                                                          \
    (*__extension__({                                                         \
        extern struct static_string static_id_##NAME;                         \
        (PyObject *)&static_id_##NAME;                                        \
    }))
#define _Py_STR(NAME)                                                         \
    (*__extension__({                                                         \
        extern struct static_string static_str_##NAME;                        \
        (PyObject *)&static_str_##NAME;                                       \
    }))

/* all of them, ends with NULL */
extern PyObject *const static_strings[];

#define _PyObject_IMMORTAL_REFCNT 999999999

#endif
