# baton-boot has no frozen modules: it compiles the library for the others.
# baton is the same with them inside.
WHOLE = $(WHOLE_BEGIN) libbaton.a $(WHOLE_END)
PROGRAM_LIBS = $(WHOLE) $(LIBFFI_LIBS) $(ZLIB_LIBS) $(EXPAT_LIBS) $(LIBS)

baton_boot_SOURCES = Programs/main.c Programs/boot_frozen.c
baton_boot_LDADD = $(PROGRAM_LIBS)
baton_boot_DEPENDENCIES = libbaton.a

baton_SOURCES = Programs/main.c
nodist_baton_SOURCES = generated/frozen.c
baton_LDADD = $(PROGRAM_LIBS)
baton_DEPENDENCIES = libbaton.a

generated/frozen.c: baton-boot$(EXEEXT) $(S)/Tools/freeze.py
	$(AM_V_GEN)./baton-boot$(EXEEXT) -I -S $(S)/Tools/freeze.py $(STDLIB) > $@.tmp && mv $@.tmp $@
CLEANFILES += generated/frozen.c
