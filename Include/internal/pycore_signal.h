/* Signals: what the rest of the interpreter asks of _signal. */
#ifndef Py_INTERNAL_SIGNAL_H
#define Py_INTERNAL_SIGNAL_H
#ifdef __cplusplus
extern "C" {
#endif

#include <signal.h>             // NSIG

/* One more than the highest signal number. */
#ifdef _SIG_MAXSIG
#  define Py_NSIG _SIG_MAXSIG
#elif defined(NSIG)
#  define Py_NSIG NSIG
#else
#  define Py_NSIG 65
#endif

/* Give SIGPIPE and SIGXFSZ their default actions again (for a child). */
PyAPI_FUNC(void) _Py_RestoreSignals(void);

/* Forget what arrived before the fork. */
extern void _PySignal_AfterFork(void);

/* Import _signal and, if asked, install SIGINT's handler. */
extern int _PySignal_Init(int install_signal_handlers);
extern void _PySignal_Fini(void);

PyAPI_FUNC(int) _PyErr_CheckSignals(void);
PyAPI_FUNC(int) PySignal_SetWakeupFd(int fd);
PyAPI_FUNC(int) _PyErr_CheckSignalsTstate(PyThreadState *tstate);
PyAPI_FUNC(int) _PyOS_InterruptOccurred(PyThreadState *tstate);

#ifdef __cplusplus
}
#endif
#endif
