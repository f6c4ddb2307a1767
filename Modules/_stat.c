/* The _stat module: the fields, types and bits of file modes. */

#include "Python.h"

#include <sys/stat.h>

/* Types that other systems have; no mode has them here. */
#define S_IFDOOR 0
#define S_IFPORT 0
#define S_IFWHT 0
#define S_ISDOOR(mode) 0
#define S_ISPORT(mode) 0
#define S_ISWHT(mode) 0

/* -- Modes as arguments --------------------------------------------------- */

/* (mode_t)-1 with an exception. */
static mode_t
mode_argument(PyObject *arg)
{
    unsigned long value = PyLong_AsUnsignedLong(arg);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        return (mode_t)-1;
    }
    mode_t mode = (mode_t)value;
    if ((unsigned long)mode != value) {
        PyErr_SetString(PyExc_OverflowError, "mode out of range");
        return (mode_t)-1;
    }
    return mode;
}

#define TYPE_TEST(NAME)                                                       \
    static PyObject *stat_##NAME(PyObject *module, PyObject *arg)             \
    {                                                                         \
        mode_t mode = mode_argument(arg);                                     \
        if (mode == (mode_t)-1 && PyErr_Occurred()) {                         \
            return NULL;                                                      \
        }                                                                     \
        return PyBool_FromLong(NAME(mode));                                   \
    }
TYPE_TEST(S_ISDIR)
TYPE_TEST(S_ISCHR)
TYPE_TEST(S_ISBLK)
TYPE_TEST(S_ISREG)
TYPE_TEST(S_ISFIFO)
TYPE_TEST(S_ISLNK)
TYPE_TEST(S_ISSOCK)
TYPE_TEST(S_ISDOOR)
TYPE_TEST(S_ISPORT)
TYPE_TEST(S_ISWHT)
#undef TYPE_TEST

static PyObject *
stat_S_IMODE(PyObject *module, PyObject *arg)
{
    mode_t mode = mode_argument(arg);
    if (mode == (mode_t)-1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromUnsignedLong(mode & 07777);
}

static PyObject *
stat_S_IFMT(PyObject *module, PyObject *arg)
{
    mode_t mode = mode_argument(arg);
    if (mode == (mode_t)-1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromUnsignedLong(mode & S_IFMT);
}

/* -- As ls shows it ------------------------------------------------------- */

static char
type_letter(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return '-';
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFBLK:
        return 'b';
    case S_IFCHR:
        return 'c';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    default:
        return '?';
    }
}

/* x or -, or a letter (capital without x) where the special bit is set. */
static char
execute_letter(mode_t mode, mode_t execute, mode_t special, char letter)
{
    if (mode & special) {
        return mode & execute ? letter : Py_TOUPPER(letter);
    }
    return mode & execute ? 'x' : '-';
}

static PyObject *
stat_filemode(PyObject *module, PyObject *arg)
{
    mode_t mode = mode_argument(arg);
    if (mode == (mode_t)-1 && PyErr_Occurred()) {
        return NULL;
    }
    char text[] = {
        type_letter(mode),
        mode & S_IRUSR ? 'r' : '-',
        mode & S_IWUSR ? 'w' : '-',
        execute_letter(mode, S_IXUSR, S_ISUID, 's'),
        mode & S_IRGRP ? 'r' : '-',
        mode & S_IWGRP ? 'w' : '-',
        execute_letter(mode, S_IXGRP, S_ISGID, 's'),
        mode & S_IROTH ? 'r' : '-',
        mode & S_IWOTH ? 'w' : '-',
        execute_letter(mode, S_IXOTH, S_ISVTX, 't'),
        '\0'
    };
    return PyUnicode_FromString(text);
}

/* -- The module ----------------------------------------------------------- */

static const struct {
    const char *name;
    long value;
} constants[] = {
    {"SF_APPEND", 0x40000},
    {"SF_ARCHIVED", 0x10000},
    {"SF_IMMUTABLE", 0x20000},
    {"SF_NOUNLINK", 0x100000},
    {"SF_SNAPSHOT", 0x200000},
    {"ST_ATIME", 0x7},
    {"ST_CTIME", 0x9},
    {"ST_DEV", 0x2},
    {"ST_GID", 0x5},
    {"ST_INO", 0x1},
    {"ST_MODE", 0x0},
    {"ST_MTIME", 0x8},
    {"ST_NLINK", 0x3},
    {"ST_SIZE", 0x6},
    {"ST_UID", 0x4},
    {"S_ENFMT", 0x400},
    {"S_IEXEC", 0x40},
    {"S_IFBLK", 0x6000},
    {"S_IFCHR", 0x2000},
    {"S_IFDIR", 0x4000},
    {"S_IFDOOR", 0x0},
    {"S_IFIFO", 0x1000},
    {"S_IFLNK", 0xa000},
    {"S_IFPORT", 0x0},
    {"S_IFREG", 0x8000},
    {"S_IFSOCK", 0xc000},
    {"S_IFWHT", 0x0},
    {"S_IREAD", 0x100},
    {"S_IRGRP", 0x20},
    {"S_IROTH", 0x4},
    {"S_IRUSR", 0x100},
    {"S_IRWXG", 0x38},
    {"S_IRWXO", 0x7},
    {"S_IRWXU", 0x1c0},
    {"S_ISGID", 0x400},
    {"S_ISUID", 0x800},
    {"S_ISVTX", 0x200},
    {"S_IWGRP", 0x10},
    {"S_IWOTH", 0x2},
    {"S_IWRITE", 0x80},
    {"S_IWUSR", 0x80},
    {"S_IXGRP", 0x8},
    {"S_IXOTH", 0x1},
    {"S_IXUSR", 0x40},
    {"UF_APPEND", 0x4},
    {"UF_COMPRESSED", 0x20},
    {"UF_HIDDEN", 0x8000},
    {"UF_IMMUTABLE", 0x2},
    {"UF_NODUMP", 0x1},
    {"UF_NOUNLINK", 0x10},
    {"UF_OPAQUE", 0x8},
};

#define TEST_METHOD(NAME, WHAT)                                               \
    {#NAME, stat_##NAME, METH_O,                                              \
     #NAME "(mode) -> bool\n\nWhether the mode is that of " WHAT "."}

static PyMethodDef stat_methods[] = {
    TEST_METHOD(S_ISDIR, "a directory"),
    TEST_METHOD(S_ISCHR, "a character device"),
    TEST_METHOD(S_ISBLK, "a block device"),
    TEST_METHOD(S_ISREG, "a regular file"),
    TEST_METHOD(S_ISFIFO, "a named pipe"),
    TEST_METHOD(S_ISLNK, "a symbolic link"),
    TEST_METHOD(S_ISSOCK, "a socket"),
    TEST_METHOD(S_ISDOOR, "a door"),
    TEST_METHOD(S_ISPORT, "an event port"),
    TEST_METHOD(S_ISWHT, "a whiteout"),
    {"S_IMODE", stat_S_IMODE, METH_O,
     "The permission bits that chmod() can set."},
    {"S_IFMT", stat_S_IFMT, METH_O, "The bits that are the file's type."},
    {"filemode", stat_filemode, METH_O, "The mode as '-rwxrwxrwx'."},
    {NULL, NULL, 0, NULL}
};
#undef TEST_METHOD

static int
stat_exec(PyObject *module)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name,
                                    constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

PyDoc_STRVAR(module_doc,
"Constants and tests for what os.stat(), os.lstat() and os.fstat() give.\n"
"\n"
"S_ISxxx(mode) tell the file's type, S_IMODE and S_IFMT split the mode, and\n"
"ST_xxx are the places in the tuple.");

static PyModuleDef_Slot stat_slots[] = {
    {Py_mod_exec, stat_exec},
    {0, NULL}
};

static struct PyModuleDef stat_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_stat",
    .m_doc = module_doc,
    .m_size = 0,
    .m_methods = stat_methods,
    .m_slots = stat_slots,
};

PyMODINIT_FUNC
PyInit__stat(void)
{
    return PyModuleDef_Init(&stat_module);
}
