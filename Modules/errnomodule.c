/* The errno module: the system's error numbers by name, and the names by
   number. */

#include "Python.h"

#include <errno.h>

#define ERROR(NAME) {#NAME, NAME}

/* Of two names for one number, errorcode keeps the later. */
static const struct {
    const char *name;
    int value;
} error_numbers[] = {
    ERROR(EDEADLK),
    ERROR(EOPNOTSUPP),
    ERROR(EWOULDBLOCK),
    ERROR(E2BIG),
    ERROR(EACCES),
    ERROR(EADDRINUSE),
    ERROR(EADDRNOTAVAIL),
    ERROR(EADV),
    ERROR(EAFNOSUPPORT),
    ERROR(EAGAIN),
    ERROR(EALREADY),
    ERROR(EBADE),
    ERROR(EBADF),
    ERROR(EBADFD),
    ERROR(EBADMSG),
    ERROR(EBADR),
    ERROR(EBADRQC),
    ERROR(EBADSLT),
    ERROR(EBFONT),
    ERROR(EBUSY),
    ERROR(ECANCELED),
    ERROR(ECHILD),
    ERROR(ECHRNG),
    ERROR(ECOMM),
    ERROR(ECONNABORTED),
    ERROR(ECONNREFUSED),
    ERROR(ECONNRESET),
    ERROR(EDEADLOCK),
    ERROR(EDESTADDRREQ),
    ERROR(EDOM),
    ERROR(EDOTDOT),
    ERROR(EDQUOT),
    ERROR(EEXIST),
    ERROR(EFAULT),
    ERROR(EFBIG),
    ERROR(EHOSTDOWN),
    ERROR(EHOSTUNREACH),
    ERROR(EIDRM),
    ERROR(EILSEQ),
    ERROR(EINPROGRESS),
    ERROR(EINTR),
    ERROR(EINVAL),
    ERROR(EIO),
    ERROR(EISCONN),
    ERROR(EISDIR),
    ERROR(EISNAM),
    ERROR(EKEYEXPIRED),
    ERROR(EKEYREJECTED),
    ERROR(EKEYREVOKED),
    ERROR(EL2HLT),
    ERROR(EL2NSYNC),
    ERROR(EL3HLT),
    ERROR(EL3RST),
    ERROR(ELIBACC),
    ERROR(ELIBBAD),
    ERROR(ELIBEXEC),
    ERROR(ELIBMAX),
    ERROR(ELIBSCN),
    ERROR(ELNRNG),
    ERROR(ELOOP),
    ERROR(EMEDIUMTYPE),
    ERROR(EMFILE),
    ERROR(EMLINK),
    ERROR(EMSGSIZE),
    ERROR(EMULTIHOP),
    ERROR(ENAMETOOLONG),
    ERROR(ENAVAIL),
    ERROR(ENETDOWN),
    ERROR(ENETRESET),
    ERROR(ENETUNREACH),
    ERROR(ENFILE),
    ERROR(ENOANO),
    ERROR(ENOBUFS),
    ERROR(ENOCSI),
    ERROR(ENODATA),
    ERROR(ENODEV),
    ERROR(ENOENT),
    ERROR(ENOEXEC),
    ERROR(ENOKEY),
    ERROR(ENOLCK),
    ERROR(ENOLINK),
    ERROR(ENOMEDIUM),
    ERROR(ENOMEM),
    ERROR(ENOMSG),
    ERROR(ENONET),
    ERROR(ENOPKG),
    ERROR(ENOPROTOOPT),
    ERROR(ENOSPC),
    ERROR(ENOSR),
    ERROR(ENOSTR),
    ERROR(ENOSYS),
    ERROR(ENOTBLK),
    ERROR(ENOTCONN),
    ERROR(ENOTDIR),
    ERROR(ENOTEMPTY),
    ERROR(ENOTNAM),
    ERROR(ENOTRECOVERABLE),
    ERROR(ENOTSOCK),
    ERROR(ENOTSUP),
    ERROR(ENOTTY),
    ERROR(ENOTUNIQ),
    ERROR(ENXIO),
    ERROR(EOVERFLOW),
    ERROR(EOWNERDEAD),
    ERROR(EPERM),
    ERROR(EPFNOSUPPORT),
    ERROR(EPIPE),
    ERROR(EPROTO),
    ERROR(EPROTONOSUPPORT),
    ERROR(EPROTOTYPE),
    ERROR(ERANGE),
    ERROR(EREMCHG),
    ERROR(EREMOTE),
    ERROR(EREMOTEIO),
    ERROR(ERESTART),
    ERROR(ERFKILL),
    ERROR(EROFS),
    ERROR(ESHUTDOWN),
    ERROR(ESOCKTNOSUPPORT),
    ERROR(ESPIPE),
    ERROR(ESRCH),
    ERROR(ESRMNT),
    ERROR(ESTALE),
    ERROR(ESTRPIPE),
    ERROR(ETIME),
    ERROR(ETIMEDOUT),
    ERROR(ETOOMANYREFS),
    ERROR(ETXTBSY),
    ERROR(EUCLEAN),
    ERROR(EUNATCH),
    ERROR(EUSERS),
    ERROR(EXDEV),
    ERROR(EXFULL),
};

#undef ERROR

static int
errno_exec(PyObject *module)
{
    PyObject *errorcode = PyDict_New();
    if (errorcode == NULL
        || PyModule_AddObjectRef(module, "errorcode", errorcode) < 0) {
        Py_XDECREF(errorcode);
        return -1;
    }
    int status = 0;
    for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(error_numbers);
         i++) {
        PyObject *name = PyUnicode_FromString(error_numbers[i].name);
        PyObject *code = PyLong_FromLong(error_numbers[i].value);
        if (name == NULL || code == NULL
            || PyModule_AddObjectRef(module, error_numbers[i].name, code) < 0
            || PyDict_SetItem(errorcode, code, name) < 0) {
            status = -1;
        }
        Py_XDECREF(name);
        Py_XDECREF(code);
    }
    Py_DECREF(errorcode);
    return status;
}

PyDoc_STRVAR(module_doc,
"The system's error numbers, as in errno.h.\n"
"\n"
"errorcode maps each number to its name; os.strerror() tells the message.");

static PyModuleDef_Slot errno_slots[] = {
    {Py_mod_exec, errno_exec},
    {0, NULL}
};

static struct PyModuleDef errno_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "errno",
    .m_doc = module_doc,
    .m_size = 0,
    .m_slots = errno_slots,
};

PyMODINIT_FUNC
PyInit_errno(void)
{
    return PyModuleDef_Init(&errno_module);
}
