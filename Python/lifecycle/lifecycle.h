/* Shared by the files of this folder. */
#ifndef BATON_LIFECYCLE_H
#define BATON_LIFECYCLE_H

#include "pycore_initconfig.h"

/* fini of all rows of stages.def, last first */
extern void lifecycle_unwind_stages(PyInterpreterState *interp);
/* sys.stdin, stdout, stderr and their __originals__ */
extern PyStatus lifecycle_init_streams(PyThreadState *tstate);
/* flush stdout and stderr; -1 when stdout could not be written */
extern int lifecycle_flush_streams(void);
/* drop sys.modules in the order of PEP 442's times */
extern void lifecycle_clear_modules(PyThreadState *tstate);

/* rows of stages.def that no internal header declares */
extern PyStatus _PyExc_InitState(PyInterpreterState *);
extern PyStatus specialize_init(PyInterpreterState *);

#endif
