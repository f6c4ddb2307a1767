/* _socket: names of hosts, services, protocols and interfaces, and the byte
   order of numbers. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "socketmodule.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <unistd.h>

PyObject *socket_herror;
PyObject *socket_gaierror;

static PyObject *
set_herror(int error)
{
    PyObject *value = Py_BuildValue("(is)", error, hstrerror(error));
    if (value != NULL) {
        PyErr_SetObject(socket_herror, value);
        Py_DECREF(value);
    }
    return NULL;
}

PyObject *
socket_set_gaierror(int error)
{
    if (error == EAI_SYSTEM) {
        /* The real reason is in errno. */
        return socket_set_error();
    }
    PyObject *value = Py_BuildValue("(is)", error, gai_strerror(error));
    if (value != NULL) {
        PyErr_SetObject(socket_gaierror, value);
        Py_DECREF(value);
    }
    return NULL;
}

/* -- Hosts ---------------------------------------------------------------- */

static PyObject *
socket_gethostname(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (PySys_Audit("socket.gethostname", NULL) < 0) {
        return NULL;
    }
    char buffer[1024];
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = gethostname(buffer, sizeof(buffer) - 1);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return socket_set_error();
    }
    buffer[sizeof(buffer) - 1] = '\0';
    return PyUnicode_DecodeFSDefault(buffer);
}

static PyObject *
socket_sethostname(PyObject *module, PyObject *args)
{
    PyObject *name;
    if (!PyArg_ParseTuple(args, "S:sethostname", &name)) {
        PyErr_Clear();
        if (!PyArg_ParseTuple(args, "O&:sethostname", PyUnicode_FSConverter,
                              &name)) {
            return NULL;
        }
    }
    else {
        Py_INCREF(name);
    }
    PyObject *result = NULL;
    Py_buffer buffer;
    if (PySys_Audit("socket.sethostname", "(O)", name) == 0
        && PyObject_GetBuffer(name, &buffer, PyBUF_SIMPLE) == 0) {
        result = sethostname(buffer.buf, (size_t)buffer.len)
                 ? socket_set_error() : Py_NewRef(Py_None);
        PyBuffer_Release(&buffer);
    }
    Py_DECREF(name);
    return result;
}

static PyObject *
socket_gethostbyname(PyObject *module, PyObject *args)
{
    struct host_name host;
    if (!PyArg_ParseTuple(args, "O&:gethostbyname", socket_host_converter,
                          &host)) {
        return NULL;
    }
    PyObject *result = NULL;
    sock_addr_t address;
    if (PySys_Audit("socket.gethostbyname", "O",
                    PyTuple_GET_ITEM(args, 0)) == 0
        && socket_resolve(host.text, &address.sa, sizeof(address.in),
                          AF_INET) >= 0) {
        result = socket_ipv4_text(&address.in);
    }
    Py_DECREF(host.object);
    return result;
}

/* (name, aliases, addresses) */
static PyObject *
build_host(struct hostent *entry, struct sockaddr *address, int family)
{
    if (entry == NULL) {
        return set_herror(h_errno);
    }
    if (entry->h_addrtype != family) {
        errno = EAFNOSUPPORT;
        return socket_set_error();
    }
    PyObject *result = NULL;
    PyObject *aliases = PyList_New(0);
    PyObject *addresses = PyList_New(0);
    if (aliases == NULL || addresses == NULL) {
        goto done;
    }
    for (char **alias = entry->h_aliases; alias != NULL && *alias != NULL;
         alias++) {
        PyObject *text = PyUnicode_FromString(*alias);
        if (text == NULL || PyList_Append(aliases, text) < 0) {
            Py_XDECREF(text);
            goto done;
        }
        Py_DECREF(text);
    }
    for (char **p = entry->h_addr_list; *p != NULL; p++) {
        PyObject *text;
        if (family == AF_INET) {
            struct sockaddr_in in = {.sin_family = AF_INET};
            memcpy(&in.sin_addr, *p, sizeof(in.sin_addr));
            text = socket_ipv4_text(&in);
        }
        else if (family == AF_INET6) {
            struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
            memcpy(&in6.sin6_addr, *p, sizeof(in6.sin6_addr));
            text = socket_ipv6_text(&in6);
        }
        else {
            PyErr_SetString(PyExc_OSError, "unsupported address family");
            goto done;
        }
        if (text == NULL || PyList_Append(addresses, text) < 0) {
            Py_XDECREF(text);
            goto done;
        }
        Py_DECREF(text);
    }
    PyObject *name = PyUnicode_DecodeFSDefault(entry->h_name);
    if (name != NULL) {
        result = Py_BuildValue("NOO", name, aliases, addresses);
    }
done:
    Py_XDECREF(aliases);
    Py_XDECREF(addresses);
    return result;
}

static PyObject *
socket_gethostbyname_ex(PyObject *module, PyObject *args)
{
    struct host_name host;
    if (!PyArg_ParseTuple(args, "O&:gethostbyname_ex", socket_host_converter,
                          &host)) {
        return NULL;
    }
    PyObject *result = NULL;
    sock_addr_t address;
    if (PySys_Audit("socket.gethostbyname", "O",
                    PyTuple_GET_ITEM(args, 0)) == 0
        && socket_resolve(host.text, &address.sa, sizeof(address), AF_INET)
               >= 0) {
        struct hostent entry;
        struct hostent *found;
        char buffer[16384];
        int error;
        Py_BEGIN_ALLOW_THREADS
        gethostbyname_r(host.text, &entry, buffer, sizeof(buffer), &found,
                        &error);
        Py_END_ALLOW_THREADS
        if (found == NULL) {
            set_herror(error);
        }
        else {
            result = build_host(found, &address.sa, address.sa.sa_family);
        }
    }
    Py_DECREF(host.object);
    return result;
}

static PyObject *
socket_gethostbyaddr(PyObject *module, PyObject *args)
{
    struct host_name host;
    if (!PyArg_ParseTuple(args, "O&:gethostbyaddr", socket_host_converter,
                          &host)) {
        return NULL;
    }
    PyObject *result = NULL;
    sock_addr_t address;
    if (PySys_Audit("socket.gethostbyaddr", "O", PyTuple_GET_ITEM(args, 0))
            < 0
        || socket_resolve(host.text, &address.sa, sizeof(address), AF_UNSPEC)
               < 0) {
        goto done;
    }
    const void *bytes;
    socklen_t length;
    int family = address.sa.sa_family;
    if (family == AF_INET) {
        bytes = &address.in.sin_addr;
        length = sizeof(address.in.sin_addr);
    }
    else if (family == AF_INET6) {
        bytes = &address.in6.sin6_addr;
        length = sizeof(address.in6.sin6_addr);
    }
    else {
        PyErr_SetString(PyExc_OSError, "unsupported address family");
        goto done;
    }
    struct hostent entry;
    struct hostent *found;
    char buffer[16384];
    int error;
    Py_BEGIN_ALLOW_THREADS
    gethostbyaddr_r(bytes, length, family, &entry, buffer, sizeof(buffer),
                    &found, &error);
    Py_END_ALLOW_THREADS
    if (found == NULL) {
        set_herror(error);
    }
    else {
        result = build_host(found, &address.sa, family);
    }
done:
    Py_DECREF(host.object);
    return result;
}

/* -- Services and protocols ----------------------------------------------- */

static PyObject *
socket_getservbyname(PyObject *module, PyObject *args)
{
    const char *name;
    const char *proto = NULL;
    if (!PyArg_ParseTuple(args, "s|s:getservbyname", &name, &proto)
        || PySys_Audit("socket.getservbyname", "ss", name, proto) < 0) {
        return NULL;
    }
    struct servent *found;
    Py_BEGIN_ALLOW_THREADS
    found = getservbyname(name, proto);
    Py_END_ALLOW_THREADS
    if (found == NULL) {
        PyErr_SetString(PyExc_OSError, "service/proto not found");
        return NULL;
    }
    return PyLong_FromLong((long)ntohs((uint16_t)found->s_port));
}

static PyObject *
socket_getservbyport(PyObject *module, PyObject *args)
{
    int port;
    const char *proto = NULL;
    if (!PyArg_ParseTuple(args, "i|s:getservbyport", &port, &proto)) {
        return NULL;
    }
    if (port < 0 || port > 0xffff) {
        PyErr_SetString(PyExc_OverflowError,
                        "getservbyport: port must be 0-65535.");
        return NULL;
    }
    if (PySys_Audit("socket.getservbyport", "is", port, proto) < 0) {
        return NULL;
    }
    struct servent *found;
    Py_BEGIN_ALLOW_THREADS
    found = getservbyport(htons((uint16_t)port), proto);
    Py_END_ALLOW_THREADS
    if (found == NULL) {
        PyErr_SetString(PyExc_OSError, "port/proto not found");
        return NULL;
    }
    return PyUnicode_FromString(found->s_name);
}

static PyObject *
socket_getprotobyname(PyObject *module, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:getprotobyname", &name)) {
        return NULL;
    }
    struct protoent *found;
    Py_BEGIN_ALLOW_THREADS
    found = getprotobyname(name);
    Py_END_ALLOW_THREADS
    if (found == NULL) {
        PyErr_SetString(PyExc_OSError, "protocol not found");
        return NULL;
    }
    return PyLong_FromLong(found->p_proto);
}

/* -- getaddrinfo() and getnameinfo() -------------------------------------- */

static PyObject *
build_addrinfo(const struct addrinfo *first, int protocol)
{
    PyObject *list = PyList_New(0);
    for (const struct addrinfo *a = first; list != NULL && a != NULL;
         a = a->ai_next) {
        PyObject *address = socket_make_address(-1, a->ai_addr,
                                                a->ai_addrlen, protocol);
        PyObject *item = address == NULL
            ? NULL
            : Py_BuildValue("iiisN", a->ai_family, a->ai_socktype,
                            a->ai_protocol,
                            a->ai_canonname ? a->ai_canonname : "", address);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    return list;
}

static PyObject *
socket_getaddrinfo(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"host", "port", "family", "type",
                                           "proto", "flags", NULL};
    static _PyArg_Parser parser = {.format = "OO|iiii:getaddrinfo",
                                   .keywords = keywords};
    PyObject *host_obj, *port_obj;
    int family = AF_UNSPEC, type = 0, protocol = 0, flags = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &host_obj,
                                          &port_obj, &family, &type,
                                          &protocol, &flags)) {
        return NULL;
    }
    PyObject *encoded_host = NULL, *port_text = NULL, *result = NULL;
    const char *host = NULL;
    const char *port = NULL;
    if (PyUnicode_Check(host_obj)) {
        encoded_host = PyUnicode_AsEncodedString(host_obj, "idna", NULL);
        if (encoded_host == NULL) {
            return NULL;
        }
        host = PyBytes_AS_STRING(encoded_host);
    }
    else if (PyBytes_Check(host_obj)) {
        host = PyBytes_AS_STRING(host_obj);
    }
    else if (host_obj != Py_None) {
        PyErr_SetString(PyExc_TypeError,
                        "getaddrinfo() argument 1 must be string or None");
        return NULL;
    }
    if (PyLong_CheckExact(port_obj)) {
        port_text = PyObject_Str(port_obj);
        port = port_text != NULL ? PyUnicode_AsUTF8(port_text) : NULL;
        if (port == NULL) {
            goto done;
        }
    }
    else if (PyUnicode_Check(port_obj)) {
        port = PyUnicode_AsUTF8(port_obj);
        if (port == NULL) {
            goto done;
        }
    }
    else if (PyBytes_Check(port_obj)) {
        port = PyBytes_AS_STRING(port_obj);
    }
    else if (port_obj != Py_None) {
        PyErr_SetString(PyExc_OSError, "Int or String expected");
        goto done;
    }
    if (PySys_Audit("socket.getaddrinfo", "OOiii", host_obj, port_obj,
                    family, type, protocol) < 0) {
        goto done;
    }
    struct addrinfo hints = {
        .ai_family = family, .ai_socktype = type, .ai_protocol = protocol,
        .ai_flags = flags
    };
    struct addrinfo *found = NULL;
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = getaddrinfo(host, port, &hints, &found);
    Py_END_ALLOW_THREADS
    if (error) {
        socket_set_gaierror(error);
        goto done;
    }
    result = build_addrinfo(found, protocol);
    freeaddrinfo(found);
done:
    Py_XDECREF(port_text);
    Py_XDECREF(encoded_host);
    return result;
}

static PyObject *
socket_getnameinfo(PyObject *module, PyObject *args)
{
    PyObject *address;
    int flags;
    if (!PyArg_ParseTuple(args, "Oi:getnameinfo", &address, &flags)) {
        return NULL;
    }
    if (!PyTuple_Check(address)) {
        PyErr_SetString(PyExc_TypeError,
                        "getnameinfo() argument 1 must be a tuple");
        return NULL;
    }
    const char *host_arg;
    int port;
    unsigned int flowinfo = 0, scope_id = 0;
    if (!PyArg_ParseTuple(address,
                          "si|II;getnameinfo(): illegal sockaddr argument",
                          &host_arg, &port, &flowinfo, &scope_id)) {
        return NULL;
    }
    if (flowinfo > 0xfffff) {
        PyErr_SetString(PyExc_OverflowError,
                        "getnameinfo(): flowinfo must be 0-1048575.");
        return NULL;
    }
    if (PySys_Audit("socket.getnameinfo", "(O)", address) < 0) {
        return NULL;
    }
    char port_text[32];
    PyOS_snprintf(port_text, sizeof(port_text), "%d", port);
    /* The kind of socket makes no difference, but one is wanted. */
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM,
        .ai_flags = AI_NUMERICHOST
    };
    struct addrinfo *found = NULL;
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = getaddrinfo(host_arg, port_text, &hints, &found);
    Py_END_ALLOW_THREADS
    if (error) {
        return socket_set_gaierror(error);
    }
    PyObject *result = NULL;
    char host[NI_MAXHOST], service[NI_MAXSERV];
    if (found->ai_next != NULL) {
        PyErr_SetString(PyExc_OSError,
                        "sockaddr resolved to multiple addresses");
        goto done;
    }
    if (found->ai_family == AF_INET && PyTuple_GET_SIZE(address) != 2) {
        PyErr_SetString(PyExc_OSError, "IPv4 sockaddr must be 2 tuple");
        goto done;
    }
    if (found->ai_family == AF_INET6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)found->ai_addr;
        in6->sin6_flowinfo = htonl(flowinfo);
        in6->sin6_scope_id = scope_id;
    }
    Py_BEGIN_ALLOW_THREADS
    error = getnameinfo(found->ai_addr, found->ai_addrlen, host,
                        sizeof(host), service, sizeof(service), flags);
    Py_END_ALLOW_THREADS
    if (error) {
        socket_set_gaierror(error);
        goto done;
    }
    PyObject *name = PyUnicode_DecodeFSDefault(host);
    if (name != NULL) {
        result = Py_BuildValue("Ns", name, service);
    }
done:
    freeaddrinfo(found);
    return result;
}

/* -- Byte order ----------------------------------------------------------- */

static PyObject *
convert_16(PyObject *args, const char *format, const char *name)
{
    int value;
    if (!PyArg_ParseTuple(args, format, &value)) {
        return NULL;
    }
    if (value < 0) {
        PyErr_Format(PyExc_OverflowError, "%s: can't convert negative Python "
                     "int to C 16-bit unsigned integer", name);
        return NULL;
    }
    if (value > 0xffff) {
        PyErr_Format(PyExc_OverflowError, "%s: Python int too large to "
                     "convert to C 16-bit unsigned integer", name);
        return NULL;
    }
    return PyLong_FromUnsignedLong(htons((uint16_t)value));
}

static PyObject *
socket_ntohs(PyObject *module, PyObject *args)
{
    return convert_16(args, "i:ntohs", "ntohs");
}

static PyObject *
socket_htons(PyObject *module, PyObject *args)
{
    return convert_16(args, "i:htons", "htons");
}

static PyObject *
convert_32(PyObject *arg)
{
    if (!PyLong_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "expected int, %s found",
                     Py_TYPE(arg)->tp_name);
        return NULL;
    }
    unsigned long value = PyLong_AsUnsignedLong(arg);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    if (value > 0xffffffffUL) {
        PyErr_SetString(PyExc_OverflowError, "int larger than 32 bits");
        return NULL;
    }
    return PyLong_FromUnsignedLong(htonl((uint32_t)value));
}

static PyObject *
socket_ntohl(PyObject *module, PyObject *arg)
{
    return convert_32(arg);
}

static PyObject *
socket_htonl(PyObject *module, PyObject *arg)
{
    return convert_32(arg);
}

/* -- Addresses in digits -------------------------------------------------- */

static PyObject *
socket_inet_aton(PyObject *module, PyObject *args)
{
    const char *text;
    struct in_addr address;
    if (!PyArg_ParseTuple(args, "s:inet_aton", &text)) {
        return NULL;
    }
    if (!inet_aton(text, &address)) {
        PyErr_SetString(PyExc_OSError,
                        "illegal IP address string passed to inet_aton");
        return NULL;
    }
    return PyBytes_FromStringAndSize((char *)&address, sizeof(address));
}

static PyObject *
socket_inet_ntoa(PyObject *module, PyObject *args)
{
    Py_buffer packed;
    if (!PyArg_ParseTuple(args, "y*:inet_ntoa", &packed)) {
        return NULL;
    }
    struct in_addr address;
    if (packed.len != sizeof(address)) {
        PyErr_SetString(PyExc_OSError,
                        "packed IP wrong length for inet_ntoa");
        PyBuffer_Release(&packed);
        return NULL;
    }
    memcpy(&address, packed.buf, sizeof(address));
    PyBuffer_Release(&packed);
    char text[INET_ADDRSTRLEN];
    return PyUnicode_FromString(inet_ntop(AF_INET, &address, text,
                                          sizeof(text)));
}

static PyObject *
socket_inet_pton(PyObject *module, PyObject *args)
{
    int family;
    const char *text;
    char packed[16];
    if (!PyArg_ParseTuple(args, "is:inet_pton", &family, &text)) {
        return NULL;
    }
    int status = inet_pton(family, text, packed);
    if (status == -1) {
        return socket_set_error();
    }
    if (status == 0) {
        PyErr_SetString(PyExc_OSError,
                        "illegal IP address string passed to inet_pton");
        return NULL;
    }
    return PyBytes_FromStringAndSize(packed, family == AF_INET ? 4 : 16);
}

static PyObject *
socket_inet_ntop(PyObject *module, PyObject *args)
{
    int family;
    Py_buffer packed;
    if (!PyArg_ParseTuple(args, "iy*:inet_ntop", &family, &packed)) {
        return NULL;
    }
    PyObject *result = NULL;
    Py_ssize_t wanted;
    if (family == AF_INET) {
        wanted = sizeof(struct in_addr);
    }
    else if (family == AF_INET6) {
        wanted = sizeof(struct in6_addr);
    }
    else {
        PyErr_Format(PyExc_ValueError, "unknown address family %d", family);
        goto done;
    }
    if (packed.len != wanted) {
        PyErr_SetString(PyExc_ValueError,
                        "invalid length of packed IP address string");
        goto done;
    }
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(family, packed.buf, text, sizeof(text)) == NULL) {
        socket_set_error();
    }
    else {
        result = PyUnicode_FromString(text);
    }
done:
    PyBuffer_Release(&packed);
    return result;
}

/* -- Interfaces ----------------------------------------------------------- */

static PyObject *
socket_if_nameindex(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    struct if_nameindex *interfaces = if_nameindex();
    if (interfaces == NULL) {
        return socket_set_error();
    }
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && interfaces[i].if_index != 0; i++) {
        PyObject *pair = Py_BuildValue("IO&", interfaces[i].if_index,
                                       PyUnicode_DecodeFSDefault,
                                       interfaces[i].if_name);
        if (pair == NULL || PyList_Append(list, pair) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(pair);
    }
    if_freenameindex(interfaces);
    return list;
}

static PyObject *
socket_if_nametoindex(PyObject *module, PyObject *args)
{
    PyObject *name;
    if (!PyArg_ParseTuple(args, "O&:if_nametoindex", PyUnicode_FSConverter,
                          &name)) {
        return NULL;
    }
    unsigned int index = if_nametoindex(PyBytes_AS_STRING(name));
    Py_DECREF(name);
    if (index == 0) {
        PyErr_SetString(PyExc_OSError, "no interface with this name");
        return NULL;
    }
    return PyLong_FromUnsignedLong(index);
}

static PyObject *
socket_if_indextoname(PyObject *module, PyObject *arg)
{
    unsigned long index = PyLong_AsUnsignedLong(arg);
    if (index == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    char name[IF_NAMESIZE + 1];
    if (if_indextoname((unsigned int)index, name) == NULL) {
        return socket_set_error();
    }
    return PyUnicode_DecodeFSDefault(name);
}

PyMethodDef socket_resolver_methods[] = {
    {"gethostbyname", socket_gethostbyname, METH_VARARGS,
     "gethostbyname(host) -> address\n\nA host's IPv4 address."},
    {"gethostbyname_ex", socket_gethostbyname_ex, METH_VARARGS,
     "gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\n"
     "A host's names and IPv4 addresses."},
    {"gethostbyaddr", socket_gethostbyaddr, METH_VARARGS,
     "gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\n"
     "An address's names and addresses."},
    {"gethostname", socket_gethostname, METH_NOARGS,
     "gethostname() -> string\n\nThis host's name."},
    {"sethostname", socket_sethostname, METH_VARARGS,
     "sethostname(name)\n\nSet this host's name."},
    {"getservbyname", socket_getservbyname, METH_VARARGS,
     "getservbyname(servicename[, protocolname]) -> integer\n\n"
     "A service's port."},
    {"getservbyport", socket_getservbyport, METH_VARARGS,
     "getservbyport(port[, protocolname]) -> string\n\n"
     "A port's service."},
    {"getprotobyname", socket_getprotobyname, METH_VARARGS,
     "getprotobyname(name) -> integer\n\nA protocol's number."},
    {"ntohs", socket_ntohs, METH_VARARGS,
     "ntohs(integer) -> integer\n\n16 bits from network to host order."},
    {"ntohl", socket_ntohl, METH_O,
     "ntohl(integer) -> integer\n\n32 bits from network to host order."},
    {"htons", socket_htons, METH_VARARGS,
     "htons(integer) -> integer\n\n16 bits from host to network order."},
    {"htonl", socket_htonl, METH_O,
     "htonl(integer) -> integer\n\n32 bits from host to network order."},
    {"inet_aton", socket_inet_aton, METH_VARARGS,
     "inet_aton(string) -> bytes\n\nAn IPv4 address from text."},
    {"inet_ntoa", socket_inet_ntoa, METH_VARARGS,
     "inet_ntoa(packed_ip) -> ip_address_string\n\n"
     "An IPv4 address as text."},
    {"inet_pton", socket_inet_pton, METH_VARARGS,
     "inet_pton(af, ip) -> packed IP address string\n\n"
     "An address from text."},
    {"inet_ntop", socket_inet_ntop, METH_VARARGS,
     "inet_ntop(af, packed_ip) -> string formatted IP address\n\n"
     "An address as text."},
    {"getaddrinfo", _PyCFunction_CAST(socket_getaddrinfo),
     METH_VARARGS | METH_KEYWORDS,
     "getaddrinfo(host, port [, family, type, proto, flags])\n"
     "    -> list of (family, type, proto, canonname, sockaddr)\n\n"
     "The addresses of a host and port."},
    {"getnameinfo", socket_getnameinfo, METH_VARARGS,
     "getnameinfo(sockaddr, flags) --> (host, port)\n\n"
     "An address's host and service."},
    {"if_nameindex", socket_if_nameindex, METH_NOARGS,
     "if_nameindex()\n\nAll network interfaces: (index, name)."},
    {"if_nametoindex", socket_if_nametoindex, METH_VARARGS,
     "if_nametoindex(if_name)\n\nAn interface's index."},
    {"if_indextoname", socket_if_indextoname, METH_O,
     "if_indextoname(if_index)\n\nAn interface's name."},
    {NULL, NULL, 0, NULL}
};
