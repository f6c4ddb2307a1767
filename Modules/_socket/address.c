/* _socket: addresses, from Python and to Python, a family at a time. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "socketmodule.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/ioctl.h>

/* -- Hosts ---------------------------------------------------------------- */

int
socket_host_converter(PyObject *object, void *ptr)
{
    struct host_name *host = ptr;
    if (object == NULL) {
        Py_CLEAR(host->object);
        return 1;
    }
    host->object = NULL;
    Py_ssize_t length;
    if (PyBytes_Check(object)) {
        host->object = Py_NewRef(object);
        host->text = PyBytes_AS_STRING(object);
        length = PyBytes_GET_SIZE(object);
    }
    else if (PyByteArray_Check(object)) {
        host->object = Py_NewRef(object);
        host->text = PyByteArray_AS_STRING(object);
        length = PyByteArray_GET_SIZE(object);
    }
    else if (PyUnicode_Check(object)) {
        if (PyUnicode_READY(object) < 0) {
            return 0;
        }
        if (PyUnicode_IS_COMPACT_ASCII(object)) {
            host->object = Py_NewRef(object);
            host->text = PyUnicode_DATA(object);
            length = PyUnicode_GET_LENGTH(object);
        }
        else {
            PyObject *encoded = PyUnicode_AsEncodedString(object, "idna",
                                                          NULL);
            if (encoded == NULL) {
                PyErr_SetString(PyExc_TypeError,
                                "encoding of hostname failed");
                return 0;
            }
            host->object = encoded;
            host->text = PyBytes_AS_STRING(encoded);
            length = PyBytes_GET_SIZE(encoded);
        }
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "str, bytes or bytearray expected, not %s",
                     Py_TYPE(object)->tp_name);
        return 0;
    }
    if (strlen(host->text) != (size_t)length) {
        Py_CLEAR(host->object);
        PyErr_SetString(PyExc_TypeError,
                        "host name must not contain null character");
        return 0;
    }
    return Py_CLEANUP_SUPPORTED;
}

/* getaddrinfo() without the GIL, the first answer copied; -1: exception. */
static int
lookup(const char *name, const char *service, const struct addrinfo *hints,
       struct sockaddr *address, size_t size, int only_one)
{
    struct addrinfo *result;
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = getaddrinfo(name, service, hints, &result);
    Py_END_ALLOW_THREADS
    if (error) {
        socket_set_gaierror(error);
        return -1;
    }
    int length = -1;
    if (only_one && result->ai_next != NULL) {
        PyErr_SetString(PyExc_OSError,
                        "wildcard resolved to multiple address");
    }
    else {
        size_t n = Py_MIN((size_t)result->ai_addrlen, size);
        memcpy(address, result->ai_addr, n);
        length = (int)n;
        switch (result->ai_family) {
        case AF_INET:
            length = 4;
            break;
        case AF_INET6:
            length = 16;
            break;
        default:
            PyErr_SetString(PyExc_OSError, "unknown address family");
            length = -1;
        }
    }
    freeaddrinfo(result);
    return length;
}

/* The number of bytes of the IP address, or -1. */
int
socket_resolve(const char *name, struct sockaddr *address, size_t size,
               int family)
{
    memset(address, 0, size);
    struct addrinfo hints = {.ai_family = family};
    if (name[0] == '\0') {
        hints.ai_socktype = SOCK_DGRAM;
        hints.ai_flags = AI_PASSIVE;
        return lookup(NULL, "0", &hints, address, size, 1);
    }
    if (strcmp(name, "255.255.255.255") == 0
        || strcmp(name, "<broadcast>") == 0) {
        if (family != AF_INET && family != AF_UNSPEC) {
            PyErr_SetString(PyExc_OSError, "address family mismatched");
            return -1;
        }
        struct sockaddr_in *in = (struct sockaddr_in *)address;
        in->sin_family = AF_INET;
        in->sin_addr.s_addr = INADDR_BROADCAST;
        return 4;
    }
    /* Addresses in digits need no resolver. */
    if (family == AF_UNSPEC || family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)address;
        if (inet_pton(AF_INET, name, &in->sin_addr) > 0) {
            in->sin_family = AF_INET;
            return 4;
        }
    }
    /* With a scope, the resolver has to find the interface. */
    if ((family == AF_UNSPEC || family == AF_INET6)
        && strchr(name, '%') == NULL) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;
        memset(in6, 0, sizeof(*in6));
        if (inet_pton(AF_INET6, name, &in6->sin6_addr) > 0) {
            in6->sin6_family = AF_INET6;
            return 16;
        }
    }
    memset(address, 0, size);
    return lookup(name, NULL, &hints, address, size, 0);
}

PyObject *
socket_ipv4_text(const struct sockaddr_in *address)
{
    char text[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text)) == NULL) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyUnicode_FromString(text);
}

PyObject *
socket_ipv6_text(const struct sockaddr_in6 *address)
{
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof(text))
        == NULL) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyUnicode_FromString(text);
}

/* -- To Python ------------------------------------------------------------ */

static PyObject *
make_unix(const struct sockaddr_un *un, size_t length)
{
    size_t room = length - offsetof(struct sockaddr_un, sun_path);
    if (length <= offsetof(struct sockaddr_un, sun_path)) {
        return PyUnicode_DecodeFSDefaultAndSize("", 0);
    }
    if (un->sun_path[0] == 0) {
        /* Linux's abstract names. */
        return PyBytes_FromStringAndSize(un->sun_path, (Py_ssize_t)room);
    }
    return PyUnicode_DecodeFSDefaultAndSize(
        un->sun_path, (Py_ssize_t)strnlen(un->sun_path, room));
}

static const char *
interface_name(int fd, int index, struct ifreq *request)
{
    if (index == 0 || fd == -1) {
        return "";
    }
    request->ifr_ifindex = index;
    return ioctl(fd, SIOCGIFNAME, request) == 0 ? request->ifr_name : "";
}

static PyObject *
make_can(int fd, const struct sockaddr_can *can, int proto)
{
    struct ifreq request;
    const char *name = interface_name(fd, can->can_ifindex, &request);
    switch (proto) {
    case CAN_ISOTP:
        return Py_BuildValue("O&kk", PyUnicode_DecodeFSDefault, name,
                             (unsigned long)can->can_addr.tp.rx_id,
                             (unsigned long)can->can_addr.tp.tx_id);
    case CAN_J1939:
        return Py_BuildValue(
            "O&KIB", PyUnicode_DecodeFSDefault, name,
            (unsigned long long)can->can_addr.j1939.name,
            (unsigned int)can->can_addr.j1939.pgn, can->can_addr.j1939.addr);
    default:
        return Py_BuildValue("(O&)", PyUnicode_DecodeFSDefault, name);
    }
}

static PyObject *
make_tipc(const struct sockaddr_tipc *tipc)
{
    switch (tipc->addrtype) {
    case TIPC_ADDR_NAMESEQ:
        return Py_BuildValue("IIIII", tipc->addrtype,
                             tipc->addr.nameseq.type,
                             tipc->addr.nameseq.lower,
                             tipc->addr.nameseq.upper, tipc->scope);
    case TIPC_ADDR_NAME:
        return Py_BuildValue("IIIII", tipc->addrtype,
                             tipc->addr.name.name.type,
                             tipc->addr.name.name.instance,
                             tipc->addr.name.name.instance, tipc->scope);
    case TIPC_ADDR_ID:
        return Py_BuildValue("IIIII", tipc->addrtype, tipc->addr.id.node,
                             tipc->addr.id.ref, 0, tipc->scope);
    default:
        PyErr_SetString(PyExc_ValueError, "Invalid address type");
        return NULL;
    }
}

static PyObject *
make_packet(int fd, const struct sockaddr_ll *ll)
{
    struct ifreq request;
    const char *name = interface_name(fd, ll->sll_ifindex, &request);
    return Py_BuildValue("O&hbhy#", PyUnicode_DecodeFSDefault, name,
                         ntohs(ll->sll_protocol), ll->sll_pkttype,
                         ll->sll_hatype, ll->sll_addr,
                         (Py_ssize_t)ll->sll_halen);
}

PyObject *
socket_make_address(int fd, struct sockaddr *address, size_t length,
                    int proto)
{
    if (length == 0) {
        /* No address: not connected. */
        Py_RETURN_NONE;
    }
    const sock_addr_t *a = (const sock_addr_t *)address;
    PyObject *host;
    switch (address->sa_family) {
    case AF_INET:
        host = socket_ipv4_text(&a->in);
        return host == NULL ? NULL
                            : Py_BuildValue("Ni", host,
                                            ntohs(a->in.sin_port));
    case AF_UNIX:
        return make_unix(&a->un, length);
    case AF_NETLINK:
        return Py_BuildValue("II", a->nl.nl_pid, a->nl.nl_groups);
    case AF_QIPCRTR:
        return Py_BuildValue("II", a->qrtr.sq_node, a->qrtr.sq_port);
    case AF_VSOCK:
        return Py_BuildValue("II", a->vm.svm_cid, a->vm.svm_port);
    case AF_INET6:
        host = socket_ipv6_text(&a->in6);
        return host == NULL
            ? NULL : Py_BuildValue("NiII", host, ntohs(a->in6.sin6_port),
                                   ntohl(a->in6.sin6_flowinfo),
                                   a->in6.sin6_scope_id);
    case AF_PACKET:
        return make_packet(fd, &a->ll);
    case AF_TIPC:
        return make_tipc(&a->tipc);
    case AF_CAN:
        return make_can(fd, &a->can, proto);
    default:
        /* A family we do not know: the bytes. */
        return Py_BuildValue("iy#", (int)address->sa_family,
                             address->sa_data,
                             (Py_ssize_t)sizeof(address->sa_data));
    }
}

/* -- From Python ---------------------------------------------------------- */

static int
check_tuple(PyObject *args, const char *caller, const char *family)
{
    if (!PyTuple_Check(args)) {
        PyErr_Format(PyExc_TypeError,
                     "%s(): %s address must be tuple, not %.500s", caller,
                     family, Py_TYPE(args)->tp_name);
        return 0;
    }
    return 1;
}

static int
parse_unix(PyObject *args, sock_addr_t *address, int *length,
           const char *caller)
{
    Py_buffer path = {NULL, NULL};
    PyObject *encoded;
    if (PyUnicode_Check(args)) {
        encoded = PyUnicode_EncodeFSDefault(args);
        if (encoded == NULL) {
            return 0;
        }
    }
    else {
        encoded = Py_NewRef(args);
    }
    int status = PyArg_Parse(encoded, "y*", &path);
    Py_DECREF(encoded);
    if (!status) {
        return 0;
    }
    struct sockaddr_un *un = &address->un;
    status = 0;
    if (path.len == 0 || *(const char *)path.buf == 0) {
        /* Abstract names may fill everything, and autobind is empty. */
        if (path.len > (Py_ssize_t)sizeof(un->sun_path)) {
            PyErr_SetString(PyExc_OSError, "AF_UNIX path too long");
            goto done;
        }
        *length = (int)(path.len + (Py_ssize_t)offsetof(struct sockaddr_un,
                                                        sun_path));
    }
    else {
        if (path.len >= (Py_ssize_t)sizeof(un->sun_path)) {
            PyErr_SetString(PyExc_OSError, "AF_UNIX path too long");
            goto done;
        }
        un->sun_path[path.len] = 0;
        *length = (int)(path.len + (Py_ssize_t)offsetof(struct sockaddr_un,
                                                        sun_path)
                        + 1);
    }
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path.buf, (size_t)path.len);
    status = 1;
done:
    PyBuffer_Release(&path);
    return status;
}

static int
check_port(int port, const char *caller)
{
    if (port < 0 || port > 0xffff) {
        PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.",
                     caller);
        return 0;
    }
    return 1;
}

/* PyArg_ParseTuple() failed: say what the port was, if that was it. */
static int
port_error(const char *caller)
{
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.",
                     caller);
    }
    return 0;
}

static int
parse_inet(PyObject *args, sock_addr_t *address, int *length,
           const char *caller)
{
    struct host_name host;
    int port;
    if (!check_tuple(args, caller, "AF_INET")) {
        return 0;
    }
    if (!PyArg_ParseTuple(args,
                          "O&i;AF_INET address must be a pair (host, port)",
                          socket_host_converter, &host, &port)) {
        return port_error(caller);
    }
    int n = socket_resolve(host.text, &address->sa, sizeof(address->in),
                           AF_INET);
    Py_DECREF(host.object);
    if (n < 0 || !check_port(port, caller)) {
        return 0;
    }
    address->in.sin_family = AF_INET;
    address->in.sin_port = htons((unsigned short)port);
    *length = sizeof(address->in);
    return 1;
}

static int
parse_inet6(PyObject *args, sock_addr_t *address, int *length,
            const char *caller)
{
    struct host_name host;
    int port;
    unsigned int flowinfo = 0;
    unsigned int scope_id = 0;
    if (!check_tuple(args, caller, "AF_INET6")) {
        return 0;
    }
    if (!PyArg_ParseTuple(args, "O&i|II;AF_INET6 address must be a tuple "
                          "(host, port[, flowinfo[, scopeid]])",
                          socket_host_converter, &host, &port, &flowinfo,
                          &scope_id)) {
        return port_error(caller);
    }
    int n = socket_resolve(host.text, &address->sa, sizeof(address->in6),
                           AF_INET6);
    Py_DECREF(host.object);
    if (n < 0 || !check_port(port, caller)) {
        return 0;
    }
    if (flowinfo > 0xfffff) {
        PyErr_Format(PyExc_OverflowError,
                     "%s(): flowinfo must be 0-1048575.", caller);
        return 0;
    }
    address->in6.sin6_family = AF_INET6;
    address->in6.sin6_port = htons((unsigned short)port);
    address->in6.sin6_flowinfo = htonl(flowinfo);
    address->in6.sin6_scope_id = scope_id;
    *length = sizeof(address->in6);
    return 1;
}

static int
parse_netlink(PyObject *args, sock_addr_t *address, int *length,
              const char *caller)
{
    unsigned int pid, groups;
    if (!check_tuple(args, caller, "AF_NETLINK")
        || !PyArg_ParseTuple(args, "II;AF_NETLINK address must be a pair "
                             "(pid, groups)", &pid, &groups)) {
        return 0;
    }
    memset(&address->nl, 0, sizeof(address->nl));
    address->nl.nl_family = AF_NETLINK;
    address->nl.nl_pid = pid;
    address->nl.nl_groups = groups;
    *length = sizeof(address->nl);
    return 1;
}

static int
parse_qipcrtr(PyObject *args, sock_addr_t *address, int *length,
              const char *caller)
{
    unsigned int node, port;
    if (!PyTuple_Check(args)) {
        PyErr_Format(PyExc_TypeError, "getsockaddrarg: AF_QIPCRTR address "
                     "must be tuple, not %.500s", Py_TYPE(args)->tp_name);
        return 0;
    }
    if (!PyArg_ParseTuple(args, "II:getsockaddrarg", &node, &port)) {
        return 0;
    }
    address->qrtr.sq_family = AF_QIPCRTR;
    address->qrtr.sq_node = node;
    address->qrtr.sq_port = port;
    *length = sizeof(address->qrtr);
    return 1;
}

static int
parse_vsock(PyObject *args, sock_addr_t *address, int *length,
            const char *caller)
{
    unsigned int port, cid;
    memset(&address->vm, 0, sizeof(address->vm));
    if (!PyTuple_Check(args)) {
        PyErr_Format(PyExc_TypeError, "getsockaddrarg: AF_VSOCK address must "
                     "be tuple, not %.500s", Py_TYPE(args)->tp_name);
        return 0;
    }
    if (!PyArg_ParseTuple(args, "II:getsockaddrarg", &cid, &port)) {
        return 0;
    }
    address->vm.svm_family = AF_VSOCK;
    address->vm.svm_port = port;
    address->vm.svm_cid = cid;
    *length = sizeof(address->vm);
    return 1;
}

static int
interface_index(PySocketSockObject *s, const char *name, int *index)
{
    struct ifreq request;
    memset(&request, 0, sizeof(request));
    strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
    if (ioctl(s->sock_fd, SIOCGIFINDEX, &request) < 0) {
        s->errorhandler();
        return 0;
    }
    *index = request.ifr_ifindex;
    return 1;
}

static int
parse_packet(PySocketSockObject *s, PyObject *args, sock_addr_t *address,
             int *length, const char *caller)
{
    const char *name;
    int proto, index;
    int hatype = 0;
    int pkttype = PACKET_HOST;
    Py_buffer haddr = {NULL, NULL};
    if (!check_tuple(args, caller, "AF_PACKET")) {
        return 0;
    }
    if (!PyArg_ParseTuple(args, "si|iiy*;AF_PACKET address must be a tuple "
                          "of two to five elements", &name, &proto, &pkttype,
                          &hatype, &haddr)) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_Format(PyExc_OverflowError,
                         "%s(): address argument out of range", caller);
        }
        return 0;
    }
    int status = 0;
    if (!interface_index(s, name, &index)) {
        goto done;
    }
    if (haddr.buf != NULL && haddr.len > 8) {
        PyErr_SetString(PyExc_ValueError,
                        "Hardware address must be 8 bytes or less");
        goto done;
    }
    if (proto < 0 || proto > 0xffff) {
        PyErr_Format(PyExc_OverflowError, "%s(): proto must be 0-65535.",
                     caller);
        goto done;
    }
    struct sockaddr_ll *ll = &address->ll;
    ll->sll_family = AF_PACKET;
    ll->sll_protocol = htons((unsigned short)proto);
    ll->sll_ifindex = index;
    ll->sll_pkttype = (unsigned char)pkttype;
    ll->sll_hatype = (unsigned short)hatype;
    if (haddr.buf != NULL) {
        memcpy(ll->sll_addr, haddr.buf, (size_t)haddr.len);
        ll->sll_halen = (unsigned char)haddr.len;
    }
    else {
        ll->sll_halen = 0;
    }
    *length = sizeof(*ll);
    status = 1;
done:
    PyBuffer_Release(&haddr);
    return status;
}

static int
parse_tipc(PyObject *args, sock_addr_t *address, int *length,
           const char *caller)
{
    unsigned int type, v1, v2, v3;
    unsigned int scope = TIPC_CLUSTER_SCOPE;
    if (!check_tuple(args, caller, "AF_TIPC")
        || !PyArg_ParseTuple(args, "IIII|I;AF_TIPC address must be a tuple "
                             "(addr_type, v1, v2, v3[, scope])", &type, &v1,
                             &v2, &v3, &scope)) {
        return 0;
    }
    struct sockaddr_tipc *tipc = &address->tipc;
    memset(tipc, 0, sizeof(*tipc));
    tipc->family = AF_TIPC;
    tipc->scope = (signed char)scope;
    tipc->addrtype = (unsigned char)type;
    switch (type) {
    case TIPC_ADDR_NAMESEQ:
        tipc->addr.nameseq.type = v1;
        tipc->addr.nameseq.lower = v2;
        tipc->addr.nameseq.upper = v3;
        break;
    case TIPC_ADDR_NAME:
        tipc->addr.name.name.type = v1;
        tipc->addr.name.name.instance = v2;
        break;
    case TIPC_ADDR_ID:
        tipc->addr.id.node = v1;
        tipc->addr.id.ref = v2;
        break;
    default:
        PyErr_SetString(PyExc_TypeError, "Invalid address type");
        return 0;
    }
    *length = sizeof(*tipc);
    return 1;
}

/* The interface's name in a CAN address; "" is any. */
static int
can_interface(PySocketSockObject *s, PyObject *name, int *index)
{
    Py_ssize_t length = PyBytes_GET_SIZE(name);
    if (length == 0) {
        *index = 0;
        return 1;
    }
    if ((size_t)length >= IFNAMSIZ) {
        PyErr_SetString(PyExc_OSError, "AF_CAN interface name too long");
        return 0;
    }
    return interface_index(s, PyBytes_AS_STRING(name), index);
}

static int
parse_can(PySocketSockObject *s, PyObject *args, sock_addr_t *address,
          int *length, const char *caller)
{
    PyObject *name;
    struct sockaddr_can *can = &address->can;
    memset(can, 0, sizeof(*can));
    if (!check_tuple(args, caller, "AF_CAN")) {
        return 0;
    }
    if (s->sock_proto == CAN_ISOTP) {
        unsigned long rx_id, tx_id;
        if (!PyArg_ParseTuple(args, "O&kk;AF_CAN address must be a tuple "
                              "(interface, rx_id, tx_id)",
                              PyUnicode_FSConverter, &name, &rx_id,
                              &tx_id)) {
            return 0;
        }
        can->can_addr.tp.rx_id = (canid_t)rx_id;
        can->can_addr.tp.tx_id = (canid_t)tx_id;
    }
    else if (s->sock_proto == CAN_J1939) {
        unsigned long long j1939_name;
        unsigned int pgn;
        unsigned char addr;
        if (!PyArg_ParseTuple(args, "O&KIB;AF_CAN address must be a tuple "
                              "(interface, name, pgn, addr)",
                              PyUnicode_FSConverter, &name, &j1939_name,
                              &pgn, &addr)) {
            return 0;
        }
        can->can_addr.j1939.name = j1939_name;
        can->can_addr.j1939.pgn = pgn;
        can->can_addr.j1939.addr = addr;
    }
    else if (s->sock_proto == CAN_RAW || s->sock_proto == CAN_BCM) {
        if (!PyArg_ParseTuple(args, "O&;AF_CAN address must be a tuple "
                              "(interface, )", PyUnicode_FSConverter,
                              &name)) {
            return 0;
        }
    }
    else {
        PyErr_Format(PyExc_OSError, "%s(): unsupported CAN protocol",
                     caller);
        return 0;
    }
    int index;
    int ok = can_interface(s, name, &index);
    Py_DECREF(name);
    if (!ok) {
        return 0;
    }
    can->can_family = AF_CAN;
    can->can_ifindex = index;
    *length = sizeof(*can);
    return 1;
}

static int
parse_alg(PyObject *args, sock_addr_t *address, int *length,
          const char *caller)
{
    const char *type, *name;
    struct sockaddr_alg *alg = &address->alg;
    memset(alg, 0, sizeof(*alg));
    alg->salg_family = AF_ALG;
    if (!check_tuple(args, caller, "AF_ALG")
        || !PyArg_ParseTuple(args, "ss|HH;AF_ALG address must be a tuple "
                             "(type, name[, feat[, mask]])", &type, &name,
                             &alg->salg_feat, &alg->salg_mask)) {
        return 0;
    }
    if (strlen(type) >= sizeof(alg->salg_type)) {
        PyErr_SetString(PyExc_ValueError, "AF_ALG type too long.");
        return 0;
    }
    if (strlen(name) >= sizeof(alg->salg_name)) {
        PyErr_SetString(PyExc_ValueError, "AF_ALG name too long.");
        return 0;
    }
    strncpy((char *)alg->salg_type, type, sizeof(alg->salg_type) - 1);
    strncpy((char *)alg->salg_name, name, sizeof(alg->salg_name) - 1);
    *length = sizeof(*alg);
    return 1;
}

int
socket_parse_address(PySocketSockObject *s, PyObject *args,
                     sock_addr_t *address, int *length, const char *caller)
{
    switch (s->sock_family) {
    case AF_UNIX:
        return parse_unix(args, address, length, caller);
    case AF_NETLINK:
        return parse_netlink(args, address, length, caller);
    case AF_QIPCRTR:
        return parse_qipcrtr(args, address, length, caller);
    case AF_VSOCK:
        return parse_vsock(args, address, length, caller);
    case AF_INET:
        return parse_inet(args, address, length, caller);
    case AF_INET6:
        return parse_inet6(args, address, length, caller);
    case AF_PACKET:
        return parse_packet(s, args, address, length, caller);
    case AF_TIPC:
        return parse_tipc(args, address, length, caller);
    case AF_CAN:
        return parse_can(s, args, address, length, caller);
    case AF_ALG:
        return parse_alg(args, address, length, caller);
    default:
        PyErr_Format(PyExc_OSError, "%s(): bad family", caller);
        return 0;
    }
}

int
socket_address_length(PySocketSockObject *s, socklen_t *length)
{
    switch (s->sock_family) {
    case AF_UNIX:
        *length = sizeof(struct sockaddr_un);
        return 1;
    case AF_NETLINK:
        *length = sizeof(struct sockaddr_nl);
        return 1;
    case AF_QIPCRTR:
        *length = sizeof(struct sockaddr_qrtr);
        return 1;
    case AF_VSOCK:
        *length = sizeof(struct sockaddr_vm);
        return 1;
    case AF_INET:
        *length = sizeof(struct sockaddr_in);
        return 1;
    case AF_INET6:
        *length = sizeof(struct sockaddr_in6);
        return 1;
    case AF_PACKET:
        *length = sizeof(struct sockaddr_ll);
        return 1;
    case AF_TIPC:
        *length = sizeof(struct sockaddr_tipc);
        return 1;
    case AF_CAN:
        *length = sizeof(struct sockaddr_can);
        return 1;
    case AF_ALG:
        *length = sizeof(struct sockaddr_alg);
        return 1;
    default:
        PyErr_SetString(PyExc_OSError, "getsockaddrlen: bad family");
        return 0;
    }
}
