/* What the two passes over symbols share. */

#ifndef BATON_SYMTABLE_H
#define BATON_SYMTABLE_H

#include "pycore_ast.h"
#include "pycore_global_strings.h"
#include "pycore_symtable.h"

/* Second pass (symtable_analyze.c): the scope of every name of every block.
 * 0, or -1 with an exception set. */
extern int symtable_analyze(struct symtable *st);

#endif /* !BATON_SYMTABLE_H */
