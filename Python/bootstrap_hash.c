/* Random bytes from the system, and the secret of the string hash. */

#include "Python.h"

#include <fcntl.h>
#include <sys/random.h>

#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_pyhash.h"
#include "pycore_pylifecycle.h"

/* -- The system's generator --------------------------------------------- */

/* The descriptor of /dev/urandom, opened at the first need; -1: none. The
   file's identity is kept: a program may close all its descriptors. */
static struct {
    int fd;
    dev_t device;
    ino_t inode;
} urandom = {-1, 0, 0};

static int
urandom_is_ours(void)
{
    struct stat status;
    return urandom.fd >= 0 && fstat(urandom.fd, &status) == 0
        && status.st_dev == urandom.device && status.st_ino == urandom.inode;
}

static int
urandom_open(int raise)
{
    if (urandom_is_ours()) {
        return 0;
    }
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) {
        if (fd >= 0) {
            close(fd);
        }
        if (raise) {
            if (errno == ENOENT || errno == ENXIO || errno == ENODEV
                || errno == EACCES) {
                PyErr_SetString(PyExc_NotImplementedError,
                                "/dev/urandom (or equivalent) not found");
            }
            else {
                PyErr_SetFromErrno(PyExc_OSError);
            }
        }
        return -1;
    }
    urandom.fd = fd;
    urandom.device = status.st_dev;
    urandom.inode = status.st_ino;
    return 0;
}

static int
urandom_read(char *buffer, Py_ssize_t size, int raise)
{
    if (urandom_open(raise) < 0) {
        return -1;
    }
    while (size > 0) {
        ssize_t n = read(urandom.fd, buffer, (size_t)size);
        if (n < 0 && errno == EINTR) {
            if (raise && PyErr_CheckSignals() < 0) {
                return -1;
            }
            continue;
        }
        if (n <= 0) {
            if (raise) {
                PyErr_Format(PyExc_RuntimeError,
                             "Failed to read %zi bytes from /dev/urandom",
                             size);
            }
            return -1;
        }
        buffer += n;
        size -= n;
    }
    return 0;
}

/* 1 on success, 0 if the call is not available (or would block and may not),
   -1 with an exception. */
static int
getrandom_read(char *buffer, Py_ssize_t size, int blocking, int raise)
{
    static int works = 1;
    while (works && size > 0) {
        ssize_t n = getrandom(buffer, (size_t)size,
                              blocking ? 0 : GRND_NONBLOCK);
        if (n >= 0) {
            buffer += n;
            size -= n;
            continue;
        }
        if (errno == ENOSYS || errno == EPERM) {
            works = 0;
        }
        else if (errno == EAGAIN && !blocking) {
            return 0;
        }
        else if (errno != EINTR) {
            if (raise) {
                PyErr_SetFromErrno(PyExc_OSError);
            }
            return -1;
        }
        else if (raise && PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    return works;
}

static int
random_fill(void *buffer, Py_ssize_t size, int blocking, int raise)
{
    if (size < 0) {
        if (raise) {
            PyErr_SetString(PyExc_ValueError,
                            "negative argument not allowed");
        }
        return -1;
    }
    if (size == 0) {
        return 0;
    }
    int status = getrandom_read(buffer, size, blocking, raise);
    if (status != 0) {
        return status < 0 ? -1 : 0;
    }
    return urandom_read(buffer, size, raise);
}

int
_PyOS_URandom(void *buffer, Py_ssize_t size)
{
    return random_fill(buffer, size, 1, 1);
}

int
_PyOS_URandomNonblock(void *buffer, Py_ssize_t size)
{
    return random_fill(buffer, size, 0, 1);
}

/* -- The secret --------------------------------------------------------- */

/* The linear congruential generator that makes a secret from a seed; part of
   the meaning of PYTHONHASHSEED. */
static void
secret_from_seed(unsigned int seed, unsigned char *bytes, size_t size)
{
    unsigned int x = seed;
    for (size_t i = 0; i < size; i++) {
        x = x * 214013 + 2531011;
        bytes[i] = (unsigned char)(x >> 16);
    }
}

PyStatus
_Py_HashRandomization_Init(const PyConfig *config)
{
    static int done;
    if (done) {
        return _PyStatus_OK();
    }
    done = 1;
    unsigned char *secret = _Py_HashSecret.uc;
    size_t size = sizeof(_Py_HashSecret.uc);
    if (config->use_hash_seed) {
        if (config->hash_seed == 0) {
            memset(secret, 0, size);
        }
        else {
            secret_from_seed((unsigned int)config->hash_seed, secret, size);
        }
        return _PyStatus_OK();
    }
    if (random_fill(secret, (Py_ssize_t)size, 0, 0) < 0) {
        return _PyStatus_ERR("failed to get random numbers to initialize "
                             "Python");
    }
    return _PyStatus_OK();
}

void
_Py_HashRandomization_Fini(void)
{
    if (urandom_is_ours()) {
        close(urandom.fd);
    }
    urandom.fd = -1;
}
