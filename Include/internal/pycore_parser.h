/* The parser's face to the rest of the interpreter. */
#ifndef Py_INTERNAL_PARSER_H
#define Py_INTERNAL_PARSER_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_ast.h"
#include "pycore_pyarena.h"

/* The tree of a source in memory; it lives in ARENA. NULL with an exception.
   MODE is one of the start symbols of compile.h. */
extern mod_ty _PyParser_ASTFromString(const char *text, PyObject *filename,
                                      int mode, PyCompilerFlags *flags,
                                      PyArena *arena);

/* The same for a file or, with prompts, for the next statement typed at a
   terminal. NULL without an exception and *ERRCODE set to E_EOF: nothing more
   will come. */
extern mod_ty _PyParser_ASTFromFile(FILE *fp, PyObject *filename,
                                    const char *encoding, int mode,
                                    const char *ps1, const char *ps2,
                                    PyCompilerFlags *flags, int *errcode,
                                    PyArena *arena);

#endif  /* !Py_INTERNAL_PARSER_H */
