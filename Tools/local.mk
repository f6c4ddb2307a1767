# Generators run by make; their rules are in generate.mk, which is plain GNU
# make and is included as it is.
EXTRA_DIST += bootstrap LICENSE README.md \
  Tools/gen_static_strings.awk Tools/gen_inittab.awk \
  Tools/gen_static_types.awk Tools/static_strings.txt Tools/generate.mk \
  Tools/freeze.py
-include $(top_srcdir)/Tools/generate.mk
nodist_libbaton_a_SOURCES = GENERATED_LIST
BUILT_SOURCES += generated/.stamp
clean-local:
	rm -rf generated
