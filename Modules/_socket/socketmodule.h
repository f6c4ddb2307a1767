/* The _socket module: what its files, and _ssl, share. */
#ifndef Baton_SOCKETMODULE_H
#define Baton_SOCKETMODULE_H

#include "pycore_object.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/qrtr.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>

/* A socket.  _ssl reads sock_fd and sock_timeout where they are. */
typedef struct {
    PyObject_HEAD
    int sock_fd;                /* -1 when closed */
    int sock_family;
    int sock_type;
    int sock_proto;
    PyObject *(*errorhandler)(void);    /* sets OSError from errno */
    _PyTime_t sock_timeout;     /* below 0: none; 0: does not block */
} PySocketSockObject;

_Static_assert(offsetof(PySocketSockObject, sock_fd) == 16
               && offsetof(PySocketSockObject, sock_timeout) == 40
               && sizeof(PySocketSockObject) == 48,
               "_ssl reads sockets in place");

/* What the capsule _socket.CAPI points to. */
typedef struct {
    PyTypeObject *Sock_Type;
    PyObject *error;
    PyObject *timeout_error;
} PySocketModule_APIObject;

/* Room for any address. */
typedef union {
    struct sockaddr sa;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_nl nl;
    struct sockaddr_ll ll;
    struct sockaddr_can can;
    struct sockaddr_tipc tipc;
    struct sockaddr_alg alg;
    struct sockaddr_qrtr qrtr;
    struct sockaddr_vm vm;
    struct sockaddr_storage storage;
} sock_addr_t;

extern PyTypeObject sock_type;

/* Both are made with the module, and stay. */
extern PyObject *socket_herror;
extern PyObject *socket_gaierror;

/* Each sets an exception and returns NULL. */
static inline PyObject *
socket_set_error(void)
{
    return PyErr_SetFromErrno(PyExc_OSError);
}
extern PyObject *socket_set_gaierror(int error);

/* -- Addresses ------------------------------------------------------------ */

/* The object's address for this socket: 1, or 0 with an exception.  caller
   is the method's name, for messages. */
extern int socket_parse_address(PySocketSockObject *s, PyObject *args,
                                sock_addr_t *address, int *length,
                                const char *caller);

/* An address as an object; fd may be -1. */
extern PyObject *socket_make_address(int fd, struct sockaddr *address,
                                     size_t length, int proto);

/* The room for the family's addresses: 1, or 0 with an exception. */
extern int socket_address_length(PySocketSockObject *s, socklen_t *length);

/* Resolve a name into an address of the family: its length, or -1. */
extern int socket_resolve(const char *name, struct sockaddr *address,
                          size_t size, int family);

/* A host argument: text in ASCII or IDNA, or bytes. */
struct host_name {
    PyObject *object;           /* owns text */
    char *text;
};
extern int socket_host_converter(PyObject *object, void *host);

extern PyObject *socket_ipv4_text(const struct sockaddr_in *address);
extern PyObject *socket_ipv6_text(const struct sockaddr_in6 *address);

/* -- Calls that wait ------------------------------------------------------ */

/* Does the work without the GIL: 1 done, 0 failed with errno. */
typedef int (*sock_function)(PySocketSockObject *s, void *data);

/* Wait until the socket is ready, within its timeout, and call the function,
   again after signals and false alarms.  0, or -1 with an exception; with
   error not NULL, none is set for failures of the system, *error is. */
extern int socket_call_ex(PySocketSockObject *s, int writing,
                          sock_function function, void *data, int connect,
                          int *error, _PyTime_t timeout);
extern int socket_call(PySocketSockObject *s, int writing,
                       sock_function function, void *data);

extern int socket_parse_timeout(_PyTime_t *timeout, PyObject *object);
extern _PyTime_t socket_default_timeout;

extern int socket_init_object(PySocketSockObject *s, int fd, int family,
                              int type, int proto);

/* -- Parts ---------------------------------------------------------------- */

extern PyObject *sock_recvmsg(PySocketSockObject *s, PyObject *args);
extern PyObject *sock_recvmsg_into(PySocketSockObject *s, PyObject *args);
extern PyObject *sock_sendmsg(PySocketSockObject *s, PyObject *args);
extern PyObject *sock_sendmsg_afalg(PySocketSockObject *s, PyObject *args,
                                    PyObject *kwargs);
extern PyMethodDef socket_resolver_methods[];
extern PyMethodDef socket_message_methods[];
extern int socket_add_constants(PyObject *module);

#endif
