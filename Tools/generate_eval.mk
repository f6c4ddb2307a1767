# Instruction numbers, tables and evaluation cases from Python/bytecodes/*.c.
BYTECODES := $(patsubst %,$(S)/Python/bytecodes/%.c,stack names attr arith \
  subscr build control iter call gen except match import)
GENERATED_HEADERS += opcode.h pycore_opcode.h opcode_targets.h eval_cases.h
GENERATED_SOURCES += opcode_tables

$(G)/gen_bytecodes: $(S)/Tools/gen_bytecodes.c
	@mkdir -p $(G)
	@$(HOSTCC) -std=gnu11 -O1 -Wall -o $@ $<

define BYTECODE_RULE
$(G)/$(1): $(G)/gen_bytecodes $(BYTECODES)
	@$(G)/gen_bytecodes $(1) $(BYTECODES) > $$@.tmp
	@cmp -s $$@.tmp $$@ && rm $$@.tmp || mv $$@.tmp $$@
endef
$(foreach name,opcode.h pycore_opcode.h opcode_targets.h eval_cases.h \
  opcode_tables.c,$(eval $(call BYTECODE_RULE,$(name))))

# not in what ccache says of dependencies
$(B)/Python/ceval.o: $(G)/eval_cases.h $(G)/opcode_targets.h
