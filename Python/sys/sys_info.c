/* What sys tells about this interpreter and this build. */
#include "sys_private.h"
#include "pycore_long.h"
#include "pycore_namespace.h"
#include "pycore_runtime.h"
#include "pycore_structseq.h"

const unsigned long Py_Version = PY_VERSION_HEX;

/* -- Texts ---------------------------------------------------------------------- */

const char *
Py_GetCompiler(void)
{
#if defined(__clang__)
    return "[Clang " __clang_version__ "]";
#else
    return "[GCC " __VERSION__ "]";
#endif
}

const char *
Py_GetBuildInfo(void)
{
    return "Baton, " __DATE__ ", " __TIME__;
}

const char *
Py_GetVersion(void)
{
    static char version[200];
    snprintf(version, sizeof(version), "%s (%s) %s", PY_VERSION,
             Py_GetBuildInfo(), Py_GetCompiler());
    return version;
}

const char *
Py_GetPlatform(void)
{
    return "linux";
}

const char *
Py_GetCopyright(void)
{
    return "Copyright (c) the Baton project.\n"
           "The standard library: Copyright (c) 2001-2023 Python Software "
           "Foundation.\nAll Rights Reserved.";
}

const char *
_Py_gitidentifier(void)
{
    return "";
}

const char *
_Py_gitversion(void)
{
    return "";
}

/* -- Structures ------------------------------------------------------------------- */

static PyTypeObject flags_type;
static PyTypeObject version_info_type;
static PyTypeObject hash_info_type;
static PyTypeObject asyncgen_hooks_type;
PyTypeObject *const sys_asyncgen_hooks_type = &asyncgen_hooks_type;

static PyStructSequence_Field flags_fields[] = {
    {"debug", "-d"},
    {"inspect", "-i"},
    {"interactive", "-i"},
    {"optimize", "-O or -OO"},
    {"dont_write_bytecode", "-B"},
    {"no_user_site", "-s"},
    {"no_site", "-S"},
    {"ignore_environment", "-E"},
    {"verbose", "-v"},
    {"bytes_warning", "-b"},
    {"quiet", "-q"},
    {"hash_randomization", "-R"},
    {"isolated", "-I"},
    {"dev_mode", "-X dev"},
    {"utf8_mode", "-X utf8"},
    {"warn_default_encoding", "-X warn_default_encoding"},
    {"safe_path", "-P"},
    {"int_max_str_digits", "-X int_max_str_digits"},
    {NULL, NULL},
};

static PyStructSequence_Desc flags_desc = {
    "sys.flags", "The command line's flags, numbers.", flags_fields, 18};

static PyStructSequence_Field version_info_fields[] = {
    {"major", "Major release number"},
    {"minor", "Minor release number"},
    {"micro", "Patch release number"},
    {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
    {"serial", "Serial release number"},
    {NULL, NULL},
};

static PyStructSequence_Desc version_info_desc = {
    "sys.version_info", "The version of the language, as a tuple.",
    version_info_fields, 5};

static PyStructSequence_Field hash_info_fields[] = {
    {"width", "bits of a hash"},
    {"modulus", "prime that numeric hashes are reduced by"},
    {"inf", "hash of a positive infinity"},
    {"nan", "unused: the hash of a NaN is its identity's"},
    {"imag", "multiplier of the imaginary part of a complex number"},
    {"algorithm", "of str, bytes and memoryview"},
    {"hash_bits", "size of the algorithm's output"},
    {"seed_bits", "size of the algorithm's seed"},
    {"cutoff", "length below which another algorithm is used"},
    {NULL, NULL},
};

static PyStructSequence_Desc hash_info_desc = {
    "sys.hash_info", "How hashes are computed.", hash_info_fields, 9};

static PyStructSequence_Field asyncgen_hooks_fields[] = {
    {"firstiter", "called when an asynchronous generator is first iterated"},
    {"finalizer", "called when one is about to be collected"},
    {NULL, NULL},
};

static PyStructSequence_Desc asyncgen_hooks_desc = {
    "sys.asyncgen_hooks", "Hooks of asynchronous generators.",
    asyncgen_hooks_fields, 2};

/* Fill a structure with new references; NULL if one of them is. */
static PyObject *
structure(PyTypeObject *type, PyObject **values, Py_ssize_t count)
{
    PyObject *result = PyStructSequence_New(type);
    int failed = result == NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        failed |= values[i] == NULL;
        if (result != NULL) {
            PyStructSequence_SET_ITEM(result, i, values[i]);
        }
        else {
            Py_XDECREF(values[i]);
        }
    }
    if (failed) {
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
sys_make_flags(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    const PyConfig *config = &interp->config;
    PyObject *values[] = {
        PyLong_FromLong(config->parser_debug),
        PyLong_FromLong(config->inspect),
        PyLong_FromLong(config->interactive),
        PyLong_FromLong(config->optimization_level),
        PyLong_FromLong(!config->write_bytecode),
        PyLong_FromLong(!config->user_site_directory),
        PyLong_FromLong(!config->site_import),
        PyLong_FromLong(!config->use_environment),
        PyLong_FromLong(config->verbose),
        PyLong_FromLong(config->bytes_warning),
        PyLong_FromLong(config->quiet),
        PyLong_FromLong(config->use_hash_seed == 0
                        || config->hash_seed != 0),
        PyLong_FromLong(config->isolated),
        PyBool_FromLong(config->dev_mode),
        PyLong_FromLong(_PyRuntime.preconfig.utf8_mode),
        PyLong_FromLong(config->warn_default_encoding),
        PyBool_FromLong(config->safe_path),
        PyLong_FromLong(_Py_global_config_int_max_str_digits),
    };
    return structure(&flags_type, values, Py_ARRAY_LENGTH(values));
}

static PyObject *
make_version_info(void)
{
    PyObject *values[] = {
        PyLong_FromLong(PY_MAJOR_VERSION),
        PyLong_FromLong(PY_MINOR_VERSION),
        PyLong_FromLong(PY_MICRO_VERSION),
        PyUnicode_FromString("final"),
        PyLong_FromLong(PY_RELEASE_SERIAL),
    };
    return structure(&version_info_type, values, Py_ARRAY_LENGTH(values));
}

static PyObject *
make_hash_info(void)
{
    PyHash_FuncDef *hash = PyHash_GetFuncDef();
    PyObject *values[] = {
        PyLong_FromLong(8 * sizeof(Py_hash_t)),
        PyLong_FromSsize_t(_PyHASH_MODULUS),
        PyLong_FromLong(_PyHASH_INF),
        PyLong_FromLong(0),
        PyLong_FromLong(_PyHASH_IMAG),
        PyUnicode_FromString(hash->name),
        PyLong_FromLong(hash->hash_bits),
        PyLong_FromLong(hash->seed_bits),
        PyLong_FromLong(Py_HASH_CUTOFF),
    };
    return structure(&hash_info_type, values, Py_ARRAY_LENGTH(values));
}

static PyObject *
make_implementation(PyObject *version_info)
{
    /* tools and packages look for CPython's name here: see DESIGN */
    PyObject *attributes = Py_BuildValue(
        "{sssssOsNss}", "name", "cpython", "cache_tag", "cpython-311",
        "version", version_info, "hexversion", PyLong_FromLong(PY_VERSION_HEX),
        "_multiarch", BATON_MULTIARCH);
    if (attributes == NULL) {
        return NULL;
    }
    PyObject *result = _PyNamespace_New(attributes);
    Py_DECREF(attributes);
    return result;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static PyObject *
make_builtin_names(void)
{
    size_t count = 0;
    while (PyImport_Inittab[count].name != NULL) {
        count++;
    }
    const char **names = PyMem_New(const char *, count + 1);
    if (names == NULL) {
        return PyErr_NoMemory();
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = PyImport_Inittab[i].name;
    }
    qsort(names, count, sizeof(names[0]), compare_names);
    PyObject *tuple = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; tuple != NULL && i < count; i++) {
        PyObject *name = PyUnicode_FromString(names[i]);
        if (name == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, name);
    }
    PyMem_Free(names);
    return tuple;
}

static const char *const stdlib_names[] = {
#include "stdlib_names.h"
};

static PyObject *
make_stdlib_names(void)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < Py_ARRAY_LENGTH(stdlib_names);
         i++) {
        PyObject *name = PyUnicode_FromString(stdlib_names[i]);
        if (name == NULL || PyList_Append(list, name) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(name);
    }
    if (list == NULL) {
        return NULL;
    }
    PyObject *result = PyFrozenSet_New(list);
    Py_DECREF(list);
    return result;
}

/* -- All of it -------------------------------------------------------------------------- */

static int
ready_types(void)
{
    return _PyStructSequence_InitType(&flags_type, &flags_desc,
                                      Py_TPFLAGS_DISALLOW_INSTANTIATION)
                       < 0
                   || _PyStructSequence_InitType(
                          &version_info_type, &version_info_desc,
                          Py_TPFLAGS_DISALLOW_INSTANTIATION)
                          < 0
                   || (hash_info_type.tp_name == NULL
                       && PyStructSequence_InitType2(&hash_info_type,
                                                     &hash_info_desc) < 0)
                   || (asyncgen_hooks_type.tp_name == NULL
                       && PyStructSequence_InitType2(&asyncgen_hooks_type,
                                                     &asyncgen_hooks_desc)
                              < 0)
               ? -1
               : 0;
}

void
sys_info_fini(void)
{
    _PyStructSequence_FiniType(&flags_type);
    _PyStructSequence_FiniType(&version_info_type);
    _PyStructSequence_FiniType(&hash_info_type);
    _PyStructSequence_FiniType(&asyncgen_hooks_type);
}

int
sys_info_init(PyThreadState *Py_UNUSED(tstate), PyObject *dict)
{
    if (ready_types() < 0) {
        return -1;
    }
    const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"version", Py_GetVersion()},
        {"copyright", Py_GetCopyright()},
        {"platform", Py_GetPlatform()},
        {"byteorder", PY_LITTLE_ENDIAN ? "little" : "big"},
        {"abiflags", ""},
        {"float_repr_style", "short"},
        {"_framework", ""},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(texts); i++) {
        if (sys_set_steal(dict, texts[i].name,
                          PyUnicode_FromString(texts[i].text)) < 0) {
            return -1;
        }
    }
    PyObject *version_info = make_version_info();
    if (version_info == NULL
        || PyDict_SetItemString(dict, "version_info", version_info) < 0
        || sys_set_steal(dict, "implementation",
                         make_implementation(version_info)) < 0) {
        return -1;
    }
    Py_DECREF(version_info);
    return sys_set_steal(dict, "hexversion", PyLong_FromLong(PY_VERSION_HEX))
                       < 0
                   || sys_set_steal(dict, "api_version",
                                    PyLong_FromLong(PYTHON_API_VERSION)) < 0
                   || sys_set_steal(dict, "maxsize",
                                    PyLong_FromSsize_t(PY_SSIZE_T_MAX)) < 0
                   || sys_set_steal(dict, "maxunicode",
                                    PyLong_FromLong(0x10FFFF)) < 0
                   || sys_set_steal(dict, "_git",
                                    Py_BuildValue("(sss)", "Baton", "", ""))
                          < 0
                   || sys_set_steal(dict, "float_info", PyFloat_GetInfo()) < 0
                   || sys_set_steal(dict, "int_info", PyLong_GetInfo()) < 0
                   || sys_set_steal(dict, "hash_info", make_hash_info()) < 0
                   || sys_set_steal(dict, "thread_info", PyThread_GetInfo())
                          < 0
                   || sys_set_steal(dict, "builtin_module_names",
                                    make_builtin_names()) < 0
                   || sys_set_steal(dict, "stdlib_module_names",
                                    make_stdlib_names()) < 0
               ? -1
               : 0;
}
