/* _collections: the parts of the module, one function each that adds its
   types. */
#ifndef COLLECTIONS_H
#define COLLECTIONS_H

extern int collections_add_deque(PyObject *module);
extern int collections_add_defaultdict(PyObject *module);
extern int collections_add_tuplegetter(PyObject *module);

#endif
