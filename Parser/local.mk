# The sources of Parser/, one a line.
libbaton_a_SOURCES += \
  Parser/ast.def \
  Parser/lexer.c \
  Parser/lexer.h \
  Parser/lexer_input.c \
  Parser/lexer_number.c \
  Parser/myreadline.c \
  Parser/parser.h \
  Parser/parser_atom.c \
  Parser/parser_call.c \
  Parser/parser_compound.c \
  Parser/parser_diagnose.c \
  Parser/parser_diagnose_stmt.c \
  Parser/parser_error.c \
  Parser/parser_expr.c \
  Parser/parser_fstring.c \
  Parser/parser_match.c \
  Parser/parser_params.c \
  Parser/parser_run.c \
  Parser/parser_stmt.c \
  Parser/parser_strings.c \
  Parser/parser_strings.h \
  Parser/parser_target.c \
  Parser/parser_tokens.c \
  Parser/token.c \
  Parser/tokenize_module.c
