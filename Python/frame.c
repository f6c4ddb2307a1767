/* Frames: clearing, copying, and the frame objects that show them. */

#include "Python.h"
#include "pycore_frame.h"
#include "pycore_genobject.h"
#include "pycore_object.h"
#include "frameobject.h"

int
_PyFrame_Traverse(_PyInterpreterFrame *frame, visitproc visit, void *arg)
{
    Py_VISIT(frame->frame_obj);
    Py_VISIT(frame->f_locals);
    Py_VISIT(frame->f_func);
    Py_VISIT(frame->f_code);
    /* nothing while it executes: stacktop is -1 then */
    for (int i = 0; i < frame->stacktop; i++) {
        Py_VISIT(slot_object(frame->localsplus[i]));
    }
    return 0;
}

int
_PyInterpreterFrame_GetLine(_PyInterpreterFrame *frame)
{
    return PyCode_Addr2Line(frame->f_code, _PyInterpreterFrame_LASTI(frame)
                            * (int)sizeof(_Py_CODEUNIT));
}

PyFrameObject *
_PyFrame_MakeAndSetFrameObject(_PyInterpreterFrame *frame)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyFrameObject *f = _PyFrame_New_NoTrack(frame->f_code);
    if (f == NULL) {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return NULL;
    }
    PyErr_Restore(type, value, traceback);
    if (frame->frame_obj) {
        /* The allocation ran a collection, whose finalizers made the frame
           object in between. */
        f->f_frame = frame;
        Py_DECREF(f);
        return frame->frame_obj;
    }
    f->f_frame = frame;
    frame->frame_obj = f;
    return f;
}

void
_PyFrame_Copy(_PyInterpreterFrame *src, _PyInterpreterFrame *dest)
{
    assert(src->stacktop >= src->f_code->co_nlocalsplus);
    size_t size = (char *)&src->localsplus[src->stacktop] - (char *)src;
    memcpy(dest, src, size);
}

/* The frame object outlives its frame: moves the content into it. */
static void
take_ownership(PyFrameObject *f, _PyInterpreterFrame *frame)
{
    size_t size = (char *)&frame->localsplus[frame->stacktop] - (char *)frame;
    memcpy(f->_f_frame_data, frame, size);
    frame = (_PyInterpreterFrame *)f->_f_frame_data;
    f->f_frame = frame;
    frame->owner = FRAME_OWNED_BY_FRAME_OBJECT;
    if (_PyFrame_IsIncomplete(frame)) {
        /* it never started, and never will: show its first line */
        PyCodeObject *code = frame->f_code;
        frame->prev_instr = _PyCode_CODE(code) + code->_co_firsttraceable;
    }
    assert(f->f_back == NULL);
    _PyInterpreterFrame *previous = frame->previous;
    while (previous && _PyFrame_IsIncomplete(previous)) {
        previous = previous->previous;
    }
    if (previous) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyFrameObject *back = _PyFrame_GetFrameObject(previous);
        if (back == NULL) {
            /* out of memory: the chain ends here */
            PyErr_Clear();
        }
        f->f_back = (PyFrameObject *)Py_XNewRef(back);
        PyErr_Restore(type, value, traceback);
    }
    frame->previous = NULL;
    if (!_PyObject_GC_IS_TRACKED((PyObject *)f)) {
        _PyObject_GC_TRACK((PyObject *)f);
    }
}

void
_PyFrame_Clear(_PyInterpreterFrame *frame)
{
    assert(frame->owner != FRAME_OWNED_BY_GENERATOR
           || _PyFrame_GetGenerator(frame)->gi_frame_state == FRAME_CLEARED);
    if (frame->frame_obj) {
        PyFrameObject *f = frame->frame_obj;
        frame->frame_obj = NULL;
        if (Py_REFCNT(f) > 1) {
            take_ownership(f, frame);
            Py_DECREF(f);
            return;
        }
        Py_DECREF(f);
    }
    assert(frame->stacktop >= 0);
    for (int i = 0; i < frame->stacktop; i++) {
        slot_xdrop(frame->localsplus[i]);
    }
    Py_XDECREF(frame->f_locals);
    Py_DECREF(frame->f_func);
    Py_DECREF(frame->f_code);
}
