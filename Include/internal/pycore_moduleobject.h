/* The module object's layout. */
#ifndef Py_INTERNAL_MODULEOBJECT_H
#define Py_INTERNAL_MODULEOBJECT_H

typedef struct {
    PyObject_HEAD
    PyObject *md_dict;
    PyModuleDef *md_def;        /* static; NULL for modules not from C */
    void *md_state;             /* m_size bytes from PyMem, or NULL */
    PyObject *md_weaklist;
    PyObject *md_name;          /* for messages, after md_dict is cleared */
} PyModuleObject;

PyAPI_FUNC(PyObject *) _PyModule_CreateInitialized(PyModuleDef *,
                                                  int api_version);

static inline PyModuleDef *
_PyModule_GetDef(PyObject *module)
{
    assert(PyModule_Check(module));
    return ((PyModuleObject *)module)->md_def;
}

static inline void *
_PyModule_GetState(PyObject *module)
{
    assert(PyModule_Check(module));
    return ((PyModuleObject *)module)->md_state;
}

static inline PyObject *
_PyModule_GetDict(PyObject *module)
{
    assert(PyModule_Check(module));
    PyObject *dict = ((PyModuleObject *)module)->md_dict;
    assert(dict != NULL);
    return dict;
}

#endif
