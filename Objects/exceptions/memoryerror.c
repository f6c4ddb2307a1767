/* MemoryError: a store of instances makes sure that it can be raised when
   there is no memory for one.

   Dead instances are kept, linked through their dict field, up to SAVED_MAX;
   start-up fills the store.  When
   the store is empty an instance is allocated like any other. */
#include "Python.h"
#include "pycore_exception_types.h"
#include "pycore_object.h"

#define SAVED_MAX 16

static PyObject *
MemoryError_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (type != (PyTypeObject *)PyExc_MemoryError) {
        return BaseException_new(type, args, kwds);
    }
    struct _Py_exc_state *state = exceptions_state();
    PyBaseExceptionObject *self = state->memerrors_freelist;
    if (self == NULL) {
        return BaseException_new(type, args, kwds);
    }
    state->memerrors_freelist = (PyBaseExceptionObject *)self->dict;
    state->memerrors_numfree--;
    self->dict = NULL;
    /* the empty tuple exists always */
    self->args = args != NULL ? Py_NewRef(args) : PyTuple_New(0);
    self->suppress_context = 0;
    _Py_NewReference((PyObject *)self);
    _PyObject_GC_TRACK(self);
    return (PyObject *)self;
}

static void
MemoryError_dealloc(PyObject *op)
{
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)op;
    PyObject_GC_UnTrack(op);
    BaseException_clear(op);
    /* A subclass may have more fields. */
    struct _Py_exc_state *state = exceptions_state();
    if (!Py_IS_TYPE(op, (PyTypeObject *)PyExc_MemoryError)
        || state->memerrors_numfree >= SAVED_MAX) {
        Py_TYPE(op)->tp_free(op);
        return;
    }
    self->dict = (PyObject *)state->memerrors_freelist;
    state->memerrors_freelist = self;
    state->memerrors_numfree++;
}

int
memoryerror_preallocate(void)
{
    PyObject *errors[SAVED_MAX];
    int count;
    for (count = 0; count < SAVED_MAX; count++) {
        errors[count] = MemoryError_new((PyTypeObject *)PyExc_MemoryError,
                                        NULL, NULL);
        if (errors[count] == NULL) {
            break;
        }
    }
    int result = count == SAVED_MAX ? 0 : -1;
    while (count > 0) {
        Py_DECREF(errors[--count]);
    }
    return result;
}

void
memoryerror_free_saved(struct _Py_exc_state *state)
{
    while (state->memerrors_freelist != NULL) {
        PyBaseExceptionObject *self = state->memerrors_freelist;
        state->memerrors_freelist = (PyBaseExceptionObject *)self->dict;
        self->dict = NULL;
        _PyExc_BaseException.tp_free((PyObject *)self);
    }
    state->memerrors_numfree = 0;
}

PyTypeObject _PyExc_MemoryError = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "MemoryError",
    .tp_basicsize = sizeof(PyBaseExceptionObject),
    .tp_dealloc = MemoryError_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("Out of memory."),
    .tp_traverse = BaseException_traverse,
    .tp_clear = BaseException_clear,
    .tp_base = &_PyExc_Exception,
    .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),
    .tp_init = BaseException_init,
    .tp_new = MemoryError_new,
};
