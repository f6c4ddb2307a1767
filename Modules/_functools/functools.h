/* _functools: the state of the module and its parts. */
#ifndef FUNCTOOLS_H
#define FUNCTOOLS_H

struct functools_state {
    PyObject *kwd_mark;         /* stands between positional and keyword
                                   arguments in a cache's key */
    PyTypeObject *partial_type;
    PyTypeObject *keyobject_type;
    PyTypeObject *lru_list_elem_type;
};

extern struct PyModuleDef functools_module;
extern PyType_Spec functools_partial_spec;
extern PyType_Spec functools_keyobject_spec;
extern PyType_Spec functools_lru_list_elem_spec;
extern PyType_Spec functools_lru_cache_spec;

extern PyObject *functools_cmp_to_key(PyObject *module,
                                      PyObject *const *args,
                                      Py_ssize_t nargs, PyObject *kwnames);

static inline struct functools_state *
functools_state_get(PyObject *module)
{
    return (struct functools_state *)PyModule_GetState(module);
}

/* The state by any of the module's types or their subclasses. */
static inline struct functools_state *
functools_state_by_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModuleByDef(type, &functools_module);
    return module == NULL ? NULL : functools_state_get(module);
}

#endif
