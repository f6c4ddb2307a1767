# Rules that generate sources into $(B)/generated from tables in $(S).
# Each generator is a C program or awk script in Tools/; each rule writes its
# output only when it changes, so that nothing is recompiled needlessly.
# Lists below: append one line per generated file.
HOSTCC ?= gcc
G := $(B)/generated
GENERATED_HEADERS :=
GENERATED_SOURCES :=

# scans of the sources: static strings, built-in modules, static types
GENERATED_SOURCES += static_strings inittab static_types
# (a build that lists its sources sets SCANNED to them first)
SCANNED ?= $(wildcard $(S)/Parser/*.c $(S)/Objects/*.c $(S)/Objects/*/*.c \
  $(S)/Python/*.c $(S)/Python/*/*.c $(S)/Modules/*.c $(S)/Modules/*/*.c \
  $(S)/Programs/*.c $(S)/Include/internal/*.h)
$(G)/static_strings.c: $(S)/Tools/gen_static_strings.awk $(S)/Tools/static_strings.txt $(SCANNED)
	@mkdir -p $(G)
	@LC_ALL=C awk -f $(S)/Tools/gen_static_strings.awk $(S)/Tools/static_strings.txt $(SCANNED) > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
$(G)/inittab.c: $(S)/Tools/gen_inittab.awk $(SCANNED)
	@mkdir -p $(G)
	@LC_ALL=C awk -f $(S)/Tools/gen_inittab.awk $(SCANNED) > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
$(G)/static_types.c: $(S)/Tools/gen_static_types.awk $(SCANNED)
	@mkdir -p $(G)
	@LC_ALL=C awk -f $(S)/Tools/gen_static_types.awk $(SCANNED) > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@

# each owner's rules: Tools/generate_*.mk, which append to the lists above
include $(wildcard $(S)/Tools/generate_*.mk)

$(G)/.stamp: $(patsubst %,$(G)/%,$(GENERATED_HEADERS))
	@mkdir -p $(G) && touch $@
