/* The location table as seen by codeobject.c. */

#ifndef BATON_CODEOBJECT_LINES_H
#define BATON_CODEOBJECT_LINES_H

/* co_lnotab, the line table of versions before 3.10. */
extern PyObject *code_make_lnotab(PyCodeObject *co);

/* A location table with the same lines and no columns. */
extern PyObject *code_remove_columns(PyObject *linetable);

extern PyObject *code_lines_iterator(PyCodeObject *co);
extern PyObject *code_positions_iterator(PyCodeObject *co);

#endif /* !BATON_CODEOBJECT_LINES_H */
