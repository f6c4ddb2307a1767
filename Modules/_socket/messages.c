/* _socket: sendmsg() and recvmsg(), which scatter, gather, and carry
   ancillary data such as descriptors. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "socketmodule.h"

#include <sys/uio.h>
#include <unistd.h>

/* Ancillary data may not be longer than this anywhere. */
#define SOCKLEN_T_LIMIT INT_MAX

/* CMSG_LEN() and CMSG_SPACE(), refusing what does not fit: 1 or 0. */
static int
cmsg_len(size_t length, size_t *result)
{
    if (length > SOCKLEN_T_LIMIT - CMSG_LEN(0)) {
        return 0;
    }
    *result = CMSG_LEN(length);
    return *result <= SOCKLEN_T_LIMIT && *result >= length;
}

static int
cmsg_space(size_t length, size_t *result)
{
    if (length > SOCKLEN_T_LIMIT - CMSG_SPACE(1)) {
        return 0;
    }
    *result = CMSG_SPACE(length);
    return *result <= SOCKLEN_T_LIMIT && *result >= length;
}

/* Whether the header, and so many bytes after it, are inside the buffer. */
static int
cmsg_min_space(const struct msghdr *msg, struct cmsghdr *cmsgh, size_t space)
{
    static const size_t len_end = offsetof(struct cmsghdr, cmsg_len)
                                  + sizeof(((struct cmsghdr *)0)->cmsg_len);
    if (cmsgh == NULL || msg->msg_control == NULL) {
        return 0;
    }
    if (space < len_end) {
        space = len_end;
    }
    size_t offset = (size_t)((char *)cmsgh - (char *)msg->msg_control);
    return offset <= (size_t)-1 - space
           && offset + space <= msg->msg_controllen;
}

/* How much room there is for data from here on; 1 or 0. */
static int
cmsg_data_space(const struct msghdr *msg, struct cmsghdr *cmsgh,
                size_t *space)
{
    char *data = (char *)CMSG_DATA(cmsgh);
    if (data == NULL) {
        return 0;
    }
    size_t offset = (size_t)(data - (char *)msg->msg_control);
    if (offset > msg->msg_controllen) {
        return 0;
    }
    *space = msg->msg_controllen - offset;
    return 1;
}

/* How much data there is: -1 broken, 0 complete, 1 cut short. */
static int
cmsg_data_len(const struct msghdr *msg, struct cmsghdr *cmsgh, size_t *length)
{
    size_t space;
    if (!cmsg_data_space(msg, cmsgh, &space)
        || cmsgh->cmsg_len < CMSG_LEN(0)) {
        return -1;
    }
    size_t data = cmsgh->cmsg_len - CMSG_LEN(0);
    if (space >= data) {
        *length = data;
        return 0;
    }
    *length = space;
    return 1;
}

/* -- Receiving ------------------------------------------------------------ */

struct msg_call {
    struct msghdr *msg;
    int flags;
    ssize_t result;
};

static int
recvmsg_function(PySocketSockObject *s, void *data)
{
    struct msg_call *call = data;
    call->result = recvmsg(s->sock_fd, call->msg, call->flags);
    return call->result >= 0;
}

/* The ancillary data as a list of (level, type, bytes). */
static PyObject *
build_ancillary(struct msghdr *msg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    struct cmsghdr *cmsgh = msg->msg_controllen > 0 ? CMSG_FIRSTHDR(msg)
                                                    : NULL;
    for (; cmsgh != NULL; cmsgh = CMSG_NXTHDR(msg, cmsgh)) {
        size_t length;
        int status = cmsg_data_len(msg, cmsgh, &length);
        if (status != 0
            && PyErr_WarnEx(PyExc_RuntimeWarning,
                            "received malformed or "
                            "improperly-truncated ancillary data", 1)
                   == -1) {
            goto error;
        }
        if (status < 0) {
            break;
        }
        PyObject *bytes = PyBytes_FromStringAndSize((char *)CMSG_DATA(cmsgh),
                                                    (Py_ssize_t)length);
        PyObject *tuple = Py_BuildValue("iiN", (int)cmsgh->cmsg_level,
                                        (int)cmsgh->cmsg_type, bytes);
        if (tuple == NULL) {
            goto error;
        }
        int appended = PyList_Append(list, tuple);
        Py_DECREF(tuple);
        if (appended < 0) {
            goto error;
        }
        if (status > 0) {
            break;
        }
    }
    return list;
error:
    Py_DECREF(list);
    return NULL;
}

/* Descriptors that were received and that nobody will get to know. */
static void
close_received(struct msghdr *msg)
{
    struct cmsghdr *cmsgh = msg->msg_controllen > 0 ? CMSG_FIRSTHDR(msg)
                                                    : NULL;
    for (; cmsgh != NULL; cmsgh = CMSG_NXTHDR(msg, cmsgh)) {
        size_t length;
        int status = cmsg_data_len(msg, cmsgh, &length);
        if (status < 0) {
            break;
        }
        if (cmsgh->cmsg_level == SOL_SOCKET
            && cmsgh->cmsg_type == SCM_RIGHTS) {
            const int *fds = (const int *)CMSG_DATA(cmsgh);
            for (size_t i = 0; i < length / sizeof(int); i++) {
                close(fds[i]);
            }
        }
        if (status != 0) {
            break;
        }
    }
}

/* make builds the first item of the result from the number of bytes. */
static PyObject *
recvmsg_guts(PySocketSockObject *s, struct iovec *iov, int iovlen, int flags,
             Py_ssize_t controllen,
             PyObject *(*make)(ssize_t, void *), void *make_data)
{
    sock_addr_t address;
    socklen_t address_length;
    if (!socket_address_length(s, &address_length)) {
        return NULL;
    }
    memset(&address, 0, address_length);
    address.sa.sa_family = AF_UNSPEC;
    if (controllen < 0 || controllen > SOCKLEN_T_LIMIT) {
        PyErr_SetString(PyExc_ValueError,
                        "invalid ancillary data buffer length");
        return NULL;
    }
    void *control = NULL;
    if (controllen > 0 && (control = PyMem_Malloc((size_t)controllen))
                              == NULL) {
        return PyErr_NoMemory();
    }
    struct msghdr msg;
    memset(&msg, 0, sizeof(msg));
    msg.msg_name = &address;
    msg.msg_namelen = address_length;
    msg.msg_iov = iov;
    msg.msg_iovlen = (size_t)iovlen;
    msg.msg_control = control;
    msg.msg_controllen = (size_t)controllen;
    PyObject *result = NULL;
    struct msg_call call = {&msg, flags, -1};
    if (socket_call(s, 0, recvmsg_function, &call) < 0) {
        goto done;
    }
    PyObject *ancillary = build_ancillary(&msg);
    if (ancillary == NULL) {
        close_received(&msg);
        goto done;
    }
    PyObject *first = make(call.result, make_data);
    socklen_t length = Py_MIN(msg.msg_namelen, address_length);
    PyObject *from = first != NULL
        ? socket_make_address(s->sock_fd, &address.sa, length, s->sock_proto)
        : NULL;
    if (from == NULL) {
        Py_XDECREF(first);
        Py_DECREF(ancillary);
        close_received(&msg);
        goto done;
    }
    result = Py_BuildValue("NNiN", first, ancillary, (int)msg.msg_flags,
                           from);
done:
    PyMem_Free(control);
    return result;
}

static PyObject *
make_bytes(ssize_t size, void *data)
{
    PyObject **buffer = data;
    if (size != PyBytes_GET_SIZE(*buffer)
        && _PyBytes_Resize(buffer, size) < 0) {
        return NULL;
    }
    return Py_NewRef(*buffer);
}

PyObject *
sock_recvmsg(PySocketSockObject *s, PyObject *args)
{
    Py_ssize_t size;
    Py_ssize_t ancillary_size = 0;
    int flags = 0;
    if (!PyArg_ParseTuple(args, "n|ni:recvmsg", &size, &ancillary_size,
                          &flags)) {
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "negative buffer size in recvmsg()");
        return NULL;
    }
    PyObject *buffer = PyBytes_FromStringAndSize(NULL, size);
    if (buffer == NULL) {
        return NULL;
    }
    struct iovec iov = {PyBytes_AS_STRING(buffer), (size_t)size};
    PyObject *result = recvmsg_guts(s, &iov, 1, flags, ancillary_size,
                                    make_bytes, &buffer);
    Py_XDECREF(buffer);
    return result;
}

static PyObject *
make_count(ssize_t size, void *data)
{
    return PyLong_FromSsize_t(size);
}

PyObject *
sock_recvmsg_into(PySocketSockObject *s, PyObject *args)
{
    PyObject *buffers;
    Py_ssize_t ancillary_size = 0;
    int flags = 0;
    if (!PyArg_ParseTuple(args, "O|ni:recvmsg_into", &buffers,
                          &ancillary_size, &flags)) {
        return NULL;
    }
    PyObject *fast = PySequence_Fast(buffers, "recvmsg_into() argument 1 "
                                     "must be an iterable");
    if (fast == NULL) {
        return NULL;
    }
    Py_ssize_t count = PySequence_Fast_GET_SIZE(fast);
    Py_ssize_t filled = 0;
    struct iovec *iov = NULL;
    Py_buffer *views = NULL;
    PyObject *result = NULL;
    if (count > INT_MAX) {
        PyErr_SetString(PyExc_OSError,
                        "recvmsg_into() argument 1 is too long");
        goto done;
    }
    if (count > 0) {
        iov = PyMem_New(struct iovec, (size_t)count);
        views = PyMem_New(Py_buffer, (size_t)count);
        if (iov == NULL || views == NULL) {
            PyErr_NoMemory();
            goto done;
        }
    }
    for (; filled < count; filled++) {
        if (!PyArg_Parse(PySequence_Fast_GET_ITEM(fast, filled),
                         "w*;recvmsg_into() argument 1 must be an iterable "
                         "of single-segment read-write buffers",
                         &views[filled])) {
            goto done;
        }
        iov[filled].iov_base = views[filled].buf;
        iov[filled].iov_len = (size_t)views[filled].len;
    }
    result = recvmsg_guts(s, iov, (int)count, flags, ancillary_size,
                          make_count, NULL);
done:
    for (Py_ssize_t i = 0; i < filled; i++) {
        PyBuffer_Release(&views[i]);
    }
    PyMem_Free(views);
    PyMem_Free(iov);
    Py_DECREF(fast);
    return result;
}

/* -- Sending -------------------------------------------------------------- */

static int
sendmsg_function(PySocketSockObject *s, void *data)
{
    struct msg_call *call = data;
    call->result = sendmsg(s->sock_fd, call->msg, call->flags);
    return call->result >= 0;
}

/* The buffers to be sent, and what keeps them. */
struct gather {
    struct iovec *iov;
    Py_buffer *views;
    Py_ssize_t count;
};

static void
gather_free(struct gather *gather)
{
    for (Py_ssize_t i = 0; i < gather->count; i++) {
        PyBuffer_Release(&gather->views[i]);
    }
    PyMem_Free(gather->views);
    PyMem_Free(gather->iov);
}

static int
gather_fill(struct gather *gather, PyObject *buffers, struct msghdr *msg)
{
    PyObject *fast = PySequence_Fast(buffers, "sendmsg() argument 1 must be "
                                     "an iterable");
    if (fast == NULL) {
        return -1;
    }
    int status = -1;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(fast);
    if (count > INT_MAX) {
        PyErr_SetString(PyExc_OSError, "sendmsg() argument 1 is too long");
        goto done;
    }
    if (count > 0) {
        gather->iov = PyMem_New(struct iovec, (size_t)count);
        gather->views = PyMem_New(Py_buffer, (size_t)count);
        if (gather->iov == NULL || gather->views == NULL) {
            PyErr_NoMemory();
            goto done;
        }
    }
    for (; gather->count < count; gather->count++) {
        Py_ssize_t i = gather->count;
        if (PyObject_GetBuffer(PySequence_Fast_GET_ITEM(fast, i),
                               &gather->views[i], PyBUF_SIMPLE) < 0) {
            goto done;
        }
        gather->iov[i].iov_base = gather->views[i].buf;
        gather->iov[i].iov_len = (size_t)gather->views[i].len;
    }
    msg->msg_iov = gather->iov;
    msg->msg_iovlen = (size_t)count;
    status = 0;
done:
    Py_DECREF(fast);
    return status;
}

struct control_item {
    int level;
    int type;
    Py_buffer data;
};

/* Lay the items out in a buffer; 0 or -1. */
static int
lay_out_control(struct msghdr *msg, const struct control_item *items,
                Py_ssize_t count)
{
    size_t total = 0, last = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        size_t space;
        if (!cmsg_space((size_t)items[i].data.len, &space)) {
            PyErr_SetString(PyExc_OSError, "ancillary data item too large");
            return -1;
        }
        total += space;
        if (total > SOCKLEN_T_LIMIT || total < last) {
            PyErr_SetString(PyExc_OSError, "too much ancillary data");
            return -1;
        }
        last = total;
    }
    char *control = PyMem_Calloc(1, total);
    if (control == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    msg->msg_control = control;
    msg->msg_controllen = total;
    struct cmsghdr *cmsgh = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        size_t data_len = (size_t)items[i].data.len;
        size_t message_len, space;
        cmsgh = i == 0 ? CMSG_FIRSTHDR(msg) : CMSG_NXTHDR(msg, cmsgh);
        if (cmsgh == NULL || !cmsg_len(data_len, &message_len)
            || !cmsg_min_space(msg, cmsgh, message_len)) {
            PyErr_SetString(PyExc_RuntimeError,
                            "item size out of range after CMSG_LEN()");
            return -1;
        }
        cmsgh->cmsg_level = items[i].level;
        cmsgh->cmsg_type = items[i].type;
        cmsgh->cmsg_len = message_len;
        if (!cmsg_data_space(msg, cmsgh, &space) || space < data_len) {
            PyErr_SetString(PyExc_RuntimeError,
                            "CMSG_DATA() returned NULL or out of range");
            return -1;
        }
        memcpy(CMSG_DATA(cmsgh), items[i].data.buf, data_len);
    }
    return 0;
}

/* [(level, type, data), ...] into msg->msg_control; 0 or -1. */
static int
parse_ancillary(PyObject *ancillary, struct msghdr *msg)
{
    if (ancillary == NULL) {
        return 0;
    }
    PyObject *fast = PySequence_Fast(ancillary, "sendmsg() argument 2 must "
                                     "be an iterable");
    if (fast == NULL) {
        return -1;
    }
    Py_ssize_t count = PySequence_Fast_GET_SIZE(fast);
    Py_ssize_t filled = 0;
    int status = -1;
    struct control_item *items = NULL;
    if (count == 0) {
        Py_DECREF(fast);
        return 0;
    }
    items = PyMem_New(struct control_item, (size_t)count);
    if (items == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (; filled < count; filled++) {
        if (!PyArg_Parse(PySequence_Fast_GET_ITEM(fast, filled),
                         "(iiy*):[sendmsg() ancillary data items]",
                         &items[filled].level, &items[filled].type,
                         &items[filled].data)) {
            goto done;
        }
    }
    status = lay_out_control(msg, items, count);
done:
    for (Py_ssize_t i = 0; i < filled; i++) {
        PyBuffer_Release(&items[i].data);
    }
    PyMem_Free(items);
    Py_DECREF(fast);
    return status;
}

PyObject *
sock_sendmsg(PySocketSockObject *s, PyObject *args)
{
    PyObject *buffers;
    PyObject *ancillary = NULL;
    int flags = 0;
    PyObject *addro = NULL;
    if (!PyArg_ParseTuple(args, "O|OiO:sendmsg", &buffers, &ancillary,
                          &flags, &addro)) {
        return NULL;
    }
    struct msghdr msg;
    memset(&msg, 0, sizeof(msg));
    struct gather gather = {NULL, NULL, 0};
    sock_addr_t address;
    PyObject *result = NULL;
    if (addro != NULL && addro != Py_None) {
        int length;
        if (!socket_parse_address(s, addro, &address, &length, "sendmsg")
            || PySys_Audit("socket.sendmsg", "OO", s, addro) < 0) {
            return NULL;
        }
        msg.msg_name = &address;
        msg.msg_namelen = (socklen_t)length;
    }
    else if (PySys_Audit("socket.sendmsg", "OO", s, Py_None) < 0) {
        return NULL;
    }
    if (gather_fill(&gather, buffers, &msg) == 0
        && parse_ancillary(ancillary, &msg) == 0) {
        struct msg_call call = {&msg, flags, -1};
        if (socket_call(s, 1, sendmsg_function, &call) == 0) {
            result = PyLong_FromSsize_t(call.result);
        }
    }
    PyMem_Free(msg.msg_control);
    gather_free(&gather);
    return result;
}

/* For AF_ALG: an operation, an initialisation vector and a length as
   ancillary data. */
PyObject *
sock_sendmsg_afalg(PySocketSockObject *s, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"msg", "op", "iv", "assoclen",
                                           "flags", NULL};
    static _PyArg_Parser parser = {.format = "|O$O!y*O!i:sendmsg_afalg",
                                   .keywords = keywords};
    if (s->sock_family != AF_ALG) {
        PyErr_SetString(PyExc_OSError, "algset is only supported for AF_ALG");
        return NULL;
    }
    PyObject *buffers = NULL, *op_obj = NULL, *assoclen_obj = NULL;
    Py_buffer iv = {NULL, NULL};
    int flags = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(
            args, kwargs, &parser, &buffers, &PyLong_Type, &op_obj, &iv,
            &PyLong_Type, &assoclen_obj, &flags)) {
        return NULL;
    }
    PyObject *result = NULL;
    struct gather gather = {NULL, NULL, 0};
    struct msghdr msg;
    memset(&msg, 0, sizeof(msg));
    char *iv_item = NULL;
    int op = -1;
    int assoclen = -1;
    if (op_obj == NULL) {
        PyErr_SetString(PyExc_TypeError, "Invalid or missing argument 'op'");
        goto done;
    }
    op = _PyLong_AsInt(op_obj);
    if (op < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError,
                            "Invalid or missing argument 'op'");
        }
        goto done;
    }
    if (assoclen_obj != NULL) {
        assoclen = _PyLong_AsInt(assoclen_obj);
        if (assoclen < 0) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_TypeError,
                                "assoclen must be positive");
            }
            goto done;
        }
    }
    struct control_item items[3];
    Py_ssize_t count = 0;
    items[count].type = ALG_SET_OP;
    items[count].data.buf = &op;
    items[count++].data.len = sizeof(op);
    if (iv.buf != NULL) {
        iv_item = PyMem_Malloc(sizeof(uint32_t) + (size_t)iv.len);
        if (iv_item == NULL) {
            PyErr_NoMemory();
            goto done;
        }
        uint32_t length = (uint32_t)iv.len;
        memcpy(iv_item, &length, sizeof(length));
        memcpy(iv_item + sizeof(length), iv.buf, (size_t)iv.len);
        items[count].type = ALG_SET_IV;
        items[count].data.buf = iv_item;
        items[count++].data.len = (Py_ssize_t)sizeof(length) + iv.len;
    }
    if (assoclen >= 0) {
        items[count].type = ALG_SET_AEAD_ASSOCLEN;
        items[count].data.buf = &assoclen;
        items[count++].data.len = sizeof(assoclen);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        items[i].level = SOL_ALG;
    }
    if (buffers != NULL && gather_fill(&gather, buffers, &msg) < 0) {
        goto done;
    }
    if (lay_out_control(&msg, items, count) < 0) {
        goto done;
    }
    struct msg_call call = {&msg, flags, -1};
    if (socket_call(s, 1, sendmsg_function, &call) == 0) {
        result = PyLong_FromSsize_t(call.result);
    }
done:
    PyMem_Free(msg.msg_control);
    PyMem_Free(iv_item);
    gather_free(&gather);
    PyBuffer_Release(&iv);
    return result;
}

/* -- Sizes ---------------------------------------------------------------- */

static PyObject *
socket_CMSG_LEN(PyObject *module, PyObject *args)
{
    Py_ssize_t length;
    size_t result;
    if (!PyArg_ParseTuple(args, "n:CMSG_LEN", &length)) {
        return NULL;
    }
    if (length < 0 || !cmsg_len((size_t)length, &result)) {
        PyErr_SetString(PyExc_OverflowError,
                        "CMSG_LEN() argument out of range");
        return NULL;
    }
    return PyLong_FromSize_t(result);
}

static PyObject *
socket_CMSG_SPACE(PyObject *module, PyObject *args)
{
    Py_ssize_t length;
    size_t result;
    if (!PyArg_ParseTuple(args, "n:CMSG_SPACE", &length)) {
        return NULL;
    }
    if (length < 0 || !cmsg_space((size_t)length, &result)) {
        PyErr_SetString(PyExc_OverflowError,
                        "CMSG_SPACE() argument out of range");
        return NULL;
    }
    return PyLong_FromSize_t(result);
}

PyMethodDef socket_message_methods[] = {
    {"CMSG_LEN", socket_CMSG_LEN, METH_VARARGS,
     "CMSG_LEN(length) -> control message length\n\n"
     "The length of an item with so much data, without padding."},
    {"CMSG_SPACE", socket_CMSG_SPACE, METH_VARARGS,
     "CMSG_SPACE(length) -> buffer size\n\n"
     "The room for an item with so much data, with padding."},
    {NULL, NULL, 0, NULL}
};
