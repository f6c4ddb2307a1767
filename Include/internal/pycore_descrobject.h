/* The property object's layout. */
#ifndef Py_INTERNAL_DESCROBJECT_H
#define Py_INTERNAL_DESCROBJECT_H

typedef struct {
    PyObject_HEAD
    PyObject *prop_get;
    PyObject *prop_set;
    PyObject *prop_del;
    PyObject *prop_doc;
    PyObject *prop_name;    /* from __set_name__, for messages */
    int getter_doc;         /* prop_doc came from the getter */
} propertyobject;

typedef propertyobject _PyPropertyObject;

#endif
