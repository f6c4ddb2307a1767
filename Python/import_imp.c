/* The _imp module: what importlib asks of C; the import lock; and the times
   that -X importtime shows. */
#include "Python.h"
#include "pycore_import.h"
#include "pycore_interp.h"
#include "pycore_moduleobject.h"
#include "pycore_namespace.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pyhash.h"
#include "pycore_pystate.h"
#include "pycore_initconfig.h"
#include "pycore_pylifecycle.h"
#include "import_private.h"

/* -- The import lock ------------------------------------------------------------ */

static PyThread_type_lock import_lock;
static unsigned long import_lock_thread = PYTHREAD_INVALID_THREAD_ID;
static int import_lock_level;

void
_PyImport_AcquireLock(void)
{
    unsigned long me = PyThread_get_thread_ident();
    if (me == PYTHREAD_INVALID_THREAD_ID) {
        return;
    }
    if (import_lock == NULL) {
        import_lock = PyThread_allocate_lock();
        if (import_lock == NULL) {
            return;
        }
    }
    if (import_lock_thread == me) {
        import_lock_level++;
        return;
    }
    if (import_lock_thread != PYTHREAD_INVALID_THREAD_ID
        || !PyThread_acquire_lock(import_lock, NOWAIT_LOCK)) {
        PyThreadState *tstate = PyEval_SaveThread();
        PyThread_acquire_lock(import_lock, WAIT_LOCK);
        PyEval_RestoreThread(tstate);
    }
    import_lock_thread = me;
    import_lock_level = 1;
}

int
_PyImport_ReleaseLock(void)
{
    unsigned long me = PyThread_get_thread_ident();
    if (me == PYTHREAD_INVALID_THREAD_ID || import_lock == NULL) {
        return 0;
    }
    if (import_lock_thread != me) {
        return -1;
    }
    if (--import_lock_level == 0) {
        import_lock_thread = PYTHREAD_INVALID_THREAD_ID;
        PyThread_release_lock(import_lock);
    }
    return 1;
}

PyStatus
_PyImport_ReInitLock(void)
{
    /* in a forked child, whose only thread may hold it */
    if (import_lock == NULL) {
        return _PyStatus_OK();
    }
    if (_PyThread_at_fork_reinit(&import_lock) < 0) {
        return _PyStatus_ERR("failed to create a new lock");
    }
    if (import_lock_level > 1) {
        /* fork() ran inside an import: it is still held */
        PyThread_acquire_lock(import_lock, NOWAIT_LOCK);
        import_lock_thread = PyThread_get_thread_ident();
        import_lock_level--;
    }
    else {
        import_lock_thread = PYTHREAD_INVALID_THREAD_ID;
        import_lock_level = 0;
    }
    return _PyStatus_OK();
}

PyDoc_STRVAR(lock_held_doc,
"lock_held($module, /)\n--\n\n"
"Whether the import lock is held.");

static PyObject *
imp_lock_held(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyBool_FromLong(import_lock_thread != PYTHREAD_INVALID_THREAD_ID);
}

PyDoc_STRVAR(acquire_lock_doc,
"acquire_lock($module, /)\n--\n\n"
"Take the import lock for the current thread; it may be taken repeatedly.");

static PyObject *
imp_acquire_lock(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    _PyImport_AcquireLock();
    Py_RETURN_NONE;
}

PyDoc_STRVAR(release_lock_doc,
"release_lock($module, /)\n--\n\n"
"Release the import lock once.");

static PyObject *
imp_release_lock(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    if (_PyImport_ReleaseLock() < 0) {
        PyErr_SetString(PyExc_RuntimeError, "not holding the import lock");
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- Times -------------------------------------------------------------------------- */

static struct {
    int started;
    int level;
    _PyTime_t accumulated; /* in imports inside the running one */
} times;

void
import_time_begin(import_time_mark *mark)
{
    if (!times.started) {
        times.started = 1;
        fputs("import time: self [us] | cumulative | imported package\n",
              stderr);
    }
    times.level++;
    mark->outer = times.accumulated;
    times.accumulated = 0;
    mark->start = _PyTime_GetPerfCounter();
}

void
import_time_end(const import_time_mark *mark, PyObject *name)
{
    _PyTime_t cumulative = _PyTime_GetPerfCounter() - mark->start;
    times.level--;
    const char *text = PyUnicode_AsUTF8(name);
    fprintf(stderr, "import time: %9ld | %10ld | %*s%s\n",
            (long)_PyTime_AsMicroseconds(cumulative - times.accumulated,
                                         _PyTime_ROUND_CEILING),
            (long)_PyTime_AsMicroseconds(cumulative, _PyTime_ROUND_CEILING),
            times.level * 2, "", text == NULL ? "?" : text);
    times.accumulated = mark->outer + cumulative;
}

/* -- Built-in and dynamic modules ------------------------------------------------------ */

PyDoc_STRVAR(create_builtin_doc,
"create_builtin($module, spec, /)\n--\n\n"
"Make the built-in module that the spec names.");

static PyObject *
imp_create_builtin(PyObject *Py_UNUSED(module), PyObject *spec)
{
    PyObject *name = PyObject_GetAttrString(spec, "name");
    if (name == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "name must be string, not %.200s",
                     Py_TYPE(name)->tp_name);
        Py_DECREF(name);
        return NULL;
    }
    PyObject *result = import_create_builtin(_PyThreadState_GET(), name,
                                             spec);
    Py_DECREF(name);
    return result;
}

static PyObject *
exec_module(PyObject *mod)
{
    if (!PyModule_Check(mod)) {
        return PyLong_FromLong(0);
    }
    PyModuleDef *def = PyModule_GetDef(mod);
    if (def == NULL) {
        return PyLong_FromLong(0);
    }
    if (PyModule_GetState(mod) != NULL) {
        /* initialised already; a reload does nothing */
        return PyLong_FromLong(0);
    }
    if (PyModule_ExecDef(mod, def) < 0) {
        return NULL;
    }
    return PyLong_FromLong(0);
}

PyDoc_STRVAR(exec_builtin_doc,
"exec_builtin($module, mod, /)\n--\n\n"
"Run the execution phase of a built-in module.");

PyDoc_STRVAR(exec_dynamic_doc,
"exec_dynamic($module, mod, /)\n--\n\n"
"Run the execution phase of an extension module.");

static PyObject *
imp_exec(PyObject *Py_UNUSED(module), PyObject *mod)
{
    return exec_module(mod);
}

PyDoc_STRVAR(is_builtin_doc,
"is_builtin($module, name, /)\n--\n\n"
"1 for a built-in module, -1 for one that cannot be made again, else 0.");

static PyObject *
imp_is_builtin(PyObject *Py_UNUSED(module), PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("is_builtin", "argument", "str", name);
        return NULL;
    }
    return PyLong_FromLong(import_is_builtin(name));
}

PyDoc_STRVAR(create_dynamic_doc,
"create_dynamic($module, spec, file=<unrepresentable>, /)\n--\n\n"
"Load the extension module that the spec names.");

static PyObject *
imp_create_dynamic(PyObject *Py_UNUSED(module), PyObject *const *args,
                   Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("create_dynamic", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *spec = args[0];
    PyObject *name = PyObject_GetAttrString(spec, "name");
    PyObject *path = name == NULL ? NULL
                                  : PyObject_GetAttrString(spec, "origin");
    PyObject *result = NULL;
    if (path != NULL) {
        PyThreadState *tstate = _PyThreadState_GET();
        result = import_find_extension(tstate, name, path);
        if (result == NULL && !_PyErr_Occurred(tstate)) {
            result = _PyImport_LoadDynamicModuleWithSpec(spec, NULL);
        }
    }
    Py_XDECREF(name);
    Py_XDECREF(path);
    return result;
}

PyDoc_STRVAR(extension_suffixes_doc,
"extension_suffixes($module, /)\n--\n\n"
"The endings of file names of extension modules.");

static PyObject *
imp_extension_suffixes(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return Py_BuildValue("[sss]", ".cpython-311-" BATON_MULTIARCH ".so",
                         ".abi3.so", ".so");
}

/* -- Frozen modules -------------------------------------------------------------------- */

static int
frozen_find_or_error(PyObject *name, struct frozen_info *info)
{
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError,
                     "argument must be str, not %.200s",
                     Py_TYPE(name)->tp_name);
        return -1;
    }
    enum frozen_status status = frozen_find(name, info);
    if (status != FROZEN_OKAY) {
        frozen_set_error(status, name);
        return -1;
    }
    return 0;
}

PyDoc_STRVAR(find_frozen_doc,
"find_frozen($module, name, /, *, withdata=False)\n--\n\n"
"(data, is_package, origname) of a frozen module, or None.\n\n"
"data is None unless withdata is true.");

static PyObject *
imp_find_frozen(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "withdata", NULL};
    PyObject *name;
    int withdata = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|$p:find_frozen", names,
                                     &name, &withdata)) {
        return NULL;
    }
    struct frozen_info info;
    enum frozen_status status = frozen_find(name, &info);
    if (status == FROZEN_NOT_FOUND || status == FROZEN_DISABLED) {
        Py_RETURN_NONE;
    }
    if (status == FROZEN_BAD_NAME) {
        Py_RETURN_NONE;
    }
    if (status != FROZEN_OKAY) {
        frozen_set_error(status, name);
        return NULL;
    }
    PyObject *data = NULL;
    if (withdata && info.data != NULL) {
        data = PyMemoryView_FromMemory((char *)info.data, info.size,
                                       PyBUF_READ);
        if (data == NULL) {
            return NULL;
        }
    }
    PyObject *origname = NULL;
    if (info.origname != NULL && info.origname[0] != '\0') {
        origname = PyUnicode_FromString(info.origname);
        if (origname == NULL) {
            Py_XDECREF(data);
            return NULL;
        }
    }
    PyObject *result = PyTuple_Pack(3, data != NULL ? data : Py_None,
                                    info.is_package ? Py_True : Py_False,
                                    origname != NULL ? origname : Py_None);
    Py_XDECREF(data);
    Py_XDECREF(origname);
    return result;
}

PyDoc_STRVAR(get_frozen_object_doc,
"get_frozen_object($module, name, data=None, /)\n--\n\n"
"The code object of a frozen module.");

static PyObject *
imp_get_frozen_object(PyObject *Py_UNUSED(module), PyObject *const *args,
                      Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("get_frozen_object", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *name = args[0];
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("get_frozen_object", "argument 1", "str", name);
        return NULL;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    struct frozen_info info = {0};
    if (nargs < 2 || args[1] == Py_None) {
        if (frozen_find_or_error(name, &info) < 0) {
            return NULL;
        }
        return frozen_code(tstate, &info);
    }
    Py_buffer buffer;
    if (PyObject_GetBuffer(args[1], &buffer, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    PyObject *code = NULL;
    info.nameobj = name;
    info.data = buffer.buf;
    info.size = buffer.len;
    if (info.size == 0) {
        frozen_set_error(FROZEN_INVALID, name);
    }
    else {
        code = frozen_code(tstate, &info);
    }
    PyBuffer_Release(&buffer);
    return code;
}

PyDoc_STRVAR(is_frozen_package_doc,
"is_frozen_package($module, name, /)\n--\n\n"
"Whether the frozen module is a package.");

static PyObject *
imp_is_frozen_package(PyObject *Py_UNUSED(module), PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("is_frozen_package", "argument", "str", name);
        return NULL;
    }
    struct frozen_info info;
    enum frozen_status status = frozen_find(name, &info);
    if (status != FROZEN_OKAY && status != FROZEN_EXCLUDED) {
        frozen_set_error(status, name);
        return NULL;
    }
    return PyBool_FromLong(info.is_package);
}

PyDoc_STRVAR(is_frozen_doc,
"is_frozen($module, name, /)\n--\n\n"
"Whether there is a frozen module of this name.");

static PyObject *
imp_is_frozen(PyObject *Py_UNUSED(module), PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("is_frozen", "argument", "str", name);
        return NULL;
    }
    struct frozen_info info;
    return PyBool_FromLong(frozen_find(name, &info) == FROZEN_OKAY);
}

PyDoc_STRVAR(init_frozen_doc,
"init_frozen($module, name, /)\n--\n\n"
"Import a frozen module and return it; None when there is none.");

static PyObject *
imp_init_frozen(PyObject *Py_UNUSED(module), PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("init_frozen", "argument", "str", name);
        return NULL;
    }
    int found = PyImport_ImportFrozenModuleObject(name);
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        Py_RETURN_NONE;
    }
    return Py_XNewRef(PyImport_AddModuleObject(name));
}

PyDoc_STRVAR(frozen_module_names_doc,
"_frozen_module_names($module, /)\n--\n\n"
"The names of the frozen modules.");

static PyObject *
imp_frozen_module_names(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return frozen_names();
}

PyDoc_STRVAR(override_frozen_doc,
"_override_frozen_modules_for_tests($module, override, /)\n--\n\n"
"Use frozen modules (1), do not (-1), or as configured (0).");

static PyObject *
imp_override_frozen(PyObject *Py_UNUSED(module), PyObject *arg)
{
    int override = _PyLong_AsInt(arg);
    if (override == -1 && PyErr_Occurred()) {
        return NULL;
    }
    _PyInterpreterState_GET()->override_frozen_modules = override;
    Py_RETURN_NONE;
}

/* -- .pyc files ---------------------------------------------------------------------------- */

/* Give code and the code in its constants a new file name. */
static void
fix_co_filename(PyCodeObject *code, PyObject *old, PyObject *fresh)
{
    if (PyUnicode_Compare(code->co_filename, old) != 0) {
        return;
    }
    Py_INCREF(fresh);
    Py_XSETREF(code->co_filename, fresh);
    PyObject *constants = code->co_consts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); i++) {
        PyObject *item = PyTuple_GET_ITEM(constants, i);
        if (PyCode_Check(item)) {
            fix_co_filename((PyCodeObject *)item, old, fresh);
        }
    }
}

PyDoc_STRVAR(fix_co_filename_doc,
"_fix_co_filename($module, code, path, /)\n--\n\n"
"Set co_filename of a code object and of the code inside it.");

static PyObject *
imp_fix_co_filename(PyObject *Py_UNUSED(module), PyObject *const *args,
                    Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_fix_co_filename", nargs, 2, 2)) {
        return NULL;
    }
    if (!PyCode_Check(args[0])) {
        _PyArg_BadArgument("_fix_co_filename", "argument 1", "code", args[0]);
        return NULL;
    }
    if (!PyUnicode_Check(args[1])) {
        _PyArg_BadArgument("_fix_co_filename", "argument 2", "str", args[1]);
        return NULL;
    }
    PyCodeObject *code = (PyCodeObject *)args[0];
    if (PyUnicode_Compare(code->co_filename, args[1]) != 0) {
        PyObject *old = Py_NewRef(code->co_filename);
        fix_co_filename(code, old, args[1]);
        Py_DECREF(old);
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(source_hash_doc,
"source_hash($module, /, key, source)\n--\n\n"
"The hash of a source that hash-based .pyc files carry: 8 bytes.");

static PyObject *
imp_source_hash(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"key", "source", NULL};
    long long key;
    Py_buffer source;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "Ly*:source_hash", names,
                                     &key, &source)) {
        return NULL;
    }
    uint64_t hash = _Py_KeyedHash((uint64_t)key, source.buf, source.len);
    PyBuffer_Release(&source);
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(hash >> (8 * i));
    }
    return PyBytes_FromStringAndSize((char *)bytes, 8);
}

/* -- The module -------------------------------------------------------------------------------- */

#define NOARGS(NAME, FUNC, DOC) {NAME, FUNC, METH_NOARGS, DOC}
#define ONE(NAME, FUNC, DOC) {NAME, FUNC, METH_O, DOC}
#define FAST(NAME, FUNC, DOC) \
    {NAME, (PyCFunction)(void (*)(void))FUNC, METH_FASTCALL, DOC}
#define KEYWORDS(NAME, FUNC, DOC)              \
    {NAME, (PyCFunction)(void (*)(void))FUNC,  \
     METH_VARARGS | METH_KEYWORDS, DOC}

static PyMethodDef imp_methods[] = {
    NOARGS("extension_suffixes", imp_extension_suffixes,
           extension_suffixes_doc),
    NOARGS("lock_held", imp_lock_held, lock_held_doc),
    NOARGS("acquire_lock", imp_acquire_lock, acquire_lock_doc),
    NOARGS("release_lock", imp_release_lock, release_lock_doc),
    KEYWORDS("find_frozen", imp_find_frozen, find_frozen_doc),
    FAST("get_frozen_object", imp_get_frozen_object, get_frozen_object_doc),
    ONE("is_frozen_package", imp_is_frozen_package, is_frozen_package_doc),
    ONE("create_builtin", imp_create_builtin, create_builtin_doc),
    ONE("init_frozen", imp_init_frozen, init_frozen_doc),
    ONE("is_builtin", imp_is_builtin, is_builtin_doc),
    ONE("is_frozen", imp_is_frozen, is_frozen_doc),
    NOARGS("_frozen_module_names", imp_frozen_module_names,
           frozen_module_names_doc),
    ONE("_override_frozen_modules_for_tests", imp_override_frozen,
        override_frozen_doc),
    FAST("create_dynamic", imp_create_dynamic, create_dynamic_doc),
    ONE("exec_dynamic", imp_exec, exec_dynamic_doc),
    ONE("exec_builtin", imp_exec, exec_builtin_doc),
    FAST("_fix_co_filename", imp_fix_co_filename, fix_co_filename_doc),
    KEYWORDS("source_hash", imp_source_hash, source_hash_doc),
    {NULL, NULL, 0, NULL},
};

static int
imp_module_exec(PyObject *module)
{
    const wchar_t *mode = _Py_GetConfig()->check_hash_pycs_mode;
    PyObject *text = PyUnicode_FromWideChar(mode, -1);
    int failed = text == NULL
                 || PyModule_AddObjectRef(module, "check_hash_based_pycs",
                                          text) < 0;
    Py_XDECREF(text);
    return failed ? -1 : 0;
}

static PyModuleDef_Slot imp_slots[] = {
    {Py_mod_exec, imp_module_exec},
    {0, NULL},
};

static struct PyModuleDef imp_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_imp",
    .m_doc = "What importlib needs from C.",
    .m_size = 0,
    .m_methods = imp_methods,
    .m_slots = imp_slots,
};

PyMODINIT_FUNC
PyInit__imp(void)
{
    return PyModuleDef_Init(&imp_module);
}

/* Before importlib runs there is no spec: a namespace with the name does. */
PyObject *
_PyImport_BootstrapImp(PyThreadState *Py_UNUSED(tstate))
{
    PyObject *name = PyUnicode_FromString("_imp");
    if (name == NULL) {
        return NULL;
    }
    PyObject *attributes = Py_BuildValue("{sO}", "name", name);
    PyObject *spec = attributes == NULL ? NULL
                                        : _PyNamespace_New(attributes);
    Py_XDECREF(attributes);
    PyObject *module = NULL;
    if (spec != NULL) {
        module = PyModule_FromDefAndSpec(&imp_module, spec);
        if (module != NULL && PyModule_ExecDef(module, &imp_module) < 0) {
            Py_CLEAR(module);
        }
    }
    Py_XDECREF(spec);
    Py_DECREF(name);
    return module;
}
