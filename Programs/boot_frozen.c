/* The frozen modules of the boot program, which has none yet: importlib's
   two halves and zipimport are compiled from the library's source each time.

   The boot program's only task is to compile the library modules that go
   into the real binary (Tools/freeze.py). */
#include "Python.h"
#include "pycore_import.h"

#define SOURCE_LIMIT (1 << 20)

static PyObject *
boot_compile(const char *file, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", BATON_STDLIB_DIR, file);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
        return NULL;
    }
    char *source = PyMem_RawMalloc(SOURCE_LIMIT);
    if (source == NULL) {
        fclose(f);
        return PyErr_NoMemory();
    }
    size_t length = fread(source, 1, SOURCE_LIMIT - 1, f);
    source[length] = '\0';
    fclose(f);
    PyObject *code = Py_CompileString(source, name, Py_file_input);
    PyMem_RawFree(source);
    return code;
}

static PyObject *
boot_bootstrap(void)
{
    return boot_compile("importlib/_bootstrap.py",
                        "<frozen importlib._bootstrap>");
}

static PyObject *
boot_external(void)
{
    return boot_compile("importlib/_bootstrap_external.py",
                        "<frozen importlib._bootstrap_external>");
}

static PyObject *
boot_zipimport(void)
{
    return boot_compile("zipimport.py", "<frozen zipimport>");
}

static const struct _frozen bootstrap[] = {
    {"_frozen_importlib", NULL, 0, 0, boot_bootstrap},
    {"_frozen_importlib_external", NULL, 0, 0, boot_external},
    {"zipimport", NULL, 0, 0, boot_zipimport},
    {NULL, NULL, 0, 0, NULL},
};
static const struct _frozen nothing[] = {{NULL, NULL, 0, 0, NULL}};
static const struct _module_alias aliases[] = {
    {"_frozen_importlib", "importlib._bootstrap"},
    {"_frozen_importlib_external", "importlib._bootstrap_external"},
    {NULL, NULL},
};

const struct _frozen *_PyImport_FrozenBootstrap = bootstrap;
const struct _frozen *_PyImport_FrozenStdlib = nothing;
const struct _frozen *_PyImport_FrozenTest = nothing;
const struct _module_alias *_PyImport_FrozenAliases = aliases;
