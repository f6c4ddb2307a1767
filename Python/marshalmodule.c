/* The marshal module. */

#include "Python.h"
#include "pycore_global_strings.h"
#include "marshal_format.h"
#include "marshal.h"

PyDoc_STRVAR(dump_doc,
"dump($module, value, file, version=version, /)\n\
--\n\
\n\
Write the value on the open file.\n\
\n\
  value\n\
    Must be a supported type.\n\
  file\n\
    Must be a writeable binary file.\n\
  version\n\
    Indicates the data format that dump should use.\n\
\n\
Raises ValueError for values of other types; what was written until then\n\
stays in the file and cannot be read back by load().");

static PyObject *
marshal_dump(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *value;
    PyObject *file;
    int version = Py_MARSHAL_VERSION;
    if (!PyArg_ParseTuple(args, "OO|i:dump", &value, &file, &version)) {
        return NULL;
    }
    PyObject *bytes = PyMarshal_WriteObjectToString(value, version);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *result =
        PyObject_CallMethodOneArg(file, &_Py_ID(write), bytes);
    Py_DECREF(bytes);
    return result;
}

PyDoc_STRVAR(load_doc,
"load($module, file, /)\n\
--\n\
\n\
Read one value from the open file and return it.\n\
\n\
  file\n\
    Must be readable binary file.\n\
\n\
If no valid value is read (e.g. because the data comes from a Python with\n\
another marshal format), raise EOFError, ValueError or TypeError.");

static PyObject *
marshal_load(PyObject *Py_UNUSED(module), PyObject *file)
{
    /* an empty read tells whether read() gives bytes at all */
    PyObject *zero = PyLong_FromLong(0);
    if (zero == NULL) {
        return NULL;
    }
    PyObject *data = PyObject_CallMethodOneArg(file, &_Py_ID(read), zero);
    Py_DECREF(zero);
    if (data == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    if (!PyBytes_Check(data)) {
        PyErr_Format(PyExc_TypeError,
                     "file.read() returned not bytes but %.100s",
                     Py_TYPE(data)->tp_name);
    }
    else {
        result = marshal_read_from_object(file);
    }
    Py_DECREF(data);
    return result;
}

PyDoc_STRVAR(dumps_doc,
"dumps($module, value, version=version, /)\n\
--\n\
\n\
Return the bytes object that would be written to a file by dump(value, file).\n\
\n\
  value\n\
    Must be a supported type.\n\
  version\n\
    Indicates the data format that dumps should use.\n\
\n\
Raise a ValueError exception if value has (or contains an object that has) an\n\
unsupported type.");

static PyObject *
marshal_dumps(PyObject *Py_UNUSED(module), PyObject *const *args,
              Py_ssize_t nargs)
{
    if (nargs < 1 || nargs > 2) {
        PyErr_Format(PyExc_TypeError,
                     "dumps expected at %s %d argument%s, got %zd",
                     nargs < 1 ? "least" : "most", nargs < 1 ? 1 : 2,
                     nargs < 1 ? "" : "s", nargs);
        return NULL;
    }
    int version = Py_MARSHAL_VERSION;
    if (nargs == 2) {
        version = _PyLong_AsInt(args[1]);
        if (version == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return PyMarshal_WriteObjectToString(args[0], version);
}

PyDoc_STRVAR(loads_doc,
"loads($module, bytes, /)\n\
--\n\
\n\
Convert the bytes-like object to a value.\n\
\n\
If no valid value is found, raise EOFError, ValueError or TypeError.  Extra\n\
bytes in the input are ignored.");

static PyObject *
marshal_loads(PyObject *Py_UNUSED(module), PyObject *arg)
{
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *result = PyMarshal_ReadObjectFromString(view.buf, view.len);
    PyBuffer_Release(&view);
    return result;
}

static PyMethodDef marshal_methods[] = {
    {"dump", marshal_dump, METH_VARARGS, dump_doc},
    {"load", marshal_load, METH_O, load_doc},
    {"dumps", (PyCFunction)(void (*)(void))marshal_dumps, METH_FASTCALL,
     dumps_doc},
    {"loads", marshal_loads, METH_O, loads_doc},
    {NULL},
};

PyDoc_STRVAR(module_doc,
"Read and write Python values in the binary format of .pyc files.\n\
\n\
The format depends on the version of Python, not on the machine.  Supported\n\
are None, Ellipsis, StopIteration, numbers, strings, bytes, bytearrays, and\n\
tuples, lists, sets, dictionaries and code objects made of them.  Lists and\n\
dictionaries that contain themselves need version 3 or later.\n\
\n\
Variables:\n\
\n\
version -- the newest format: 0 is the first one, 1 shares interned strings,\n\
    2 writes binary floating point numbers, 3 shares common objects,\n\
    4 writes short strings and tuples in less space.\n\
\n\
Functions:\n\
\n\
dump() -- write value to a file\n\
load() -- read value from a file\n\
dumps() -- marshal value as a bytes object\n\
loads() -- read value from a bytes-like object");

static int
marshal_exec(PyObject *module)
{
    return PyModule_AddIntConstant(module, "version", Py_MARSHAL_VERSION);
}

static PyModuleDef_Slot marshal_slots[] = {
    {Py_mod_exec, marshal_exec},
    {0, NULL},
};

static struct PyModuleDef marshal_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "marshal",
    .m_doc = module_doc,
    .m_methods = marshal_methods,
    .m_slots = marshal_slots,
};

PyMODINIT_FUNC PyMarshal_Init(void);

PyMODINIT_FUNC
PyMarshal_Init(void)
{
    return PyModuleDef_Init(&marshal_module);
}
