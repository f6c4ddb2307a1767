# Generators run by make. Their rules are in generate.mk and generate_*.mk,
# plain GNU make, included as they are; what they make is listed here.
SCANNED = $(patsubst %,$(S)/%,$(filter %.c,$(libbaton_a_SOURCES))) \
  $(wildcard $(S)/Include/internal/*.h)
-include $(top_srcdir)/Tools/generate.mk
BUILT_SOURCES += generated/.stamp
clean-local:
	rm -rf generated

nodist_libbaton_a_SOURCES = \
  generated/ast_nodes.c \
  generated/inittab.c \
  generated/opcode_tables.c \
  generated/static_strings.c \
  generated/static_types.c

EXTRA_DIST += bootstrap LICENSE README.md \
  Doc/baton.1 \
  Doc/internals/gil.md \
  Doc/status.md \
  Programs/demo.py \
  Python/bytecodes/arith.c \
  Python/bytecodes/attr.c \
  Python/bytecodes/build.c \
  Python/bytecodes/call.c \
  Python/bytecodes/control.c \
  Python/bytecodes/except.c \
  Python/bytecodes/gen.c \
  Python/bytecodes/import.c \
  Python/bytecodes/iter.c \
  Python/bytecodes/match.c \
  Python/bytecodes/names.c \
  Python/bytecodes/stack.c \
  Python/bytecodes/subscr.c \
  Tests/abi/constants.tsv \
  Tests/abi/exports.tsv \
  Tests/abi/layout.tsv \
  Tests/abi/types.tsv \
  Tests/bench/README.md \
  Tests/bench/async_tasks.py \
  Tests/bench/binary_trees.py \
  Tests/bench/board_game.py \
  Tests/bench/calls.py \
  Tests/bench/chaos.py \
  Tests/bench/compiling.py \
  Tests/bench/constraints.py \
  Tests/bench/dict_set.py \
  Tests/bench/exceptions.py \
  Tests/bench/fannkuch.py \
  Tests/bench/float_objects.py \
  Tests/bench/formatting.py \
  Tests/bench/generators.py \
  Tests/bench/json_roundtrip.py \
  Tests/bench/logging_lines.py \
  Tests/bench/nbody.py \
  Tests/bench/pickle_dicts.py \
  Tests/bench/pidigits.py \
  Tests/bench/puzzle.py \
  Tests/bench/raytrace.py \
  Tests/bench/regex.py \
  Tests/bench/run.py \
  Tests/bench/scheduler.py \
  Tests/bench/sorting.py \
  Tests/bench/spectral.py \
  Tests/bench/unpacking.py \
  Tests/conformance/README.md \
  Tests/conformance/bc_dump.py \
  Tests/conformance/check.sh \
  Tests/conformance/compare_bytecode.py \
  Tests/conformance/cpython-3.11.tsv.gz \
  Tests/conformance/must-pass.txt \
  Tests/conformance/run_suite.py \
  Tests/conformance/skip-cases.txt \
  Tests/conformance/suite_child.py \
  Tests/conformance/tiers/tier1-core.txt \
  Tests/conformance/tiers/tier2-runtime.txt \
  Tests/conformance/tiers/tier3-stdlib.txt \
  Tests/conformance/tiers/tier4-capi.txt \
  Tests/conformance/tiers/tier5-extra.txt \
  Tests/python/text/test_bytes_methods.py \
  Tests/python/text/test_format.py \
  Tests/python/text/test_re_random.py \
  Tests/python/text/test_str_methods.py \
  Tests/python/text/test_unicodedata.py \
  Tests/unit/check_gil.c \
  Tests/unit/check_layout.c \
  Tools/freeze.py \
  Tools/gen_ast.awk \
  Tools/gen_bytecodes.c \
  Tools/gen_inittab.awk \
  Tools/gen_layout_check.awk \
  Tools/gen_static_strings.awk \
  Tools/gen_static_types.awk \
  Tools/gen_unicodedata.c \
  Tools/gen_unicodetype.c \
  Tools/generate.mk \
  Tools/generate_eval.mk \
  Tools/generate_syntax.mk \
  Tools/generate_text.mk \
  Tools/static_strings.txt \
  Tools/unicode_3_2.txt \
  Tools/unicode_load.h \
  Tools/unicode_overrides.txt
