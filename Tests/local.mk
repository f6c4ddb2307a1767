# `make check`: unit tests with check, then CPython's own suite. The driver of
# the suite is Debian's python3.11, which is also the reference.
check_PROGRAMS += check_gil check_layout
TESTS += check_gil check_layout Tests/conformance/check.sh
TEST_EXTENSIONS = .sh
AM_TESTS_ENVIRONMENT = BATON='$(abs_top_builddir)/baton$(EXEEXT)'; \
  TESTS_DIR='$(abs_top_srcdir)/Tests'; export BATON TESTS_DIR;

check_gil_SOURCES = Tests/unit/check_gil.c
nodist_check_gil_SOURCES = generated/frozen.c
check_gil_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
check_gil_LDADD = $(PROGRAM_LIBS) $(CHECK_LIBS)
check_gil_DEPENDENCIES = libbaton.a

# every struct, constant and offset of the binary interface, at compile time
check_layout_SOURCES = Tests/unit/check_layout.c
nodist_check_layout_SOURCES = generated/layout_check.c
generated/layout_check.c: $(S)/Tools/gen_layout_check.awk $(S)/Tests/abi/layout.tsv $(S)/Tests/abi/constants.tsv
	$(AM_V_GEN)$(AWK) -f $(S)/Tools/gen_layout_check.awk $(S)/Tests/abi/layout.tsv $(S)/Tests/abi/constants.tsv > $@.tmp && mv $@.tmp $@
CLEANFILES += generated/layout_check.c
