# Tables of characters, from the Unicode character database.
UNICODE_DIR ?= /usr/share/unicode
GENERATED_HEADERS += unicodetype_db.h
$(G)/unihan_numeric.txt:
	@mkdir -p $(G)
	@bzcat $(UNICODE_DIR)/Unihan_NumericValues.txt.bz2 > $@.tmp && mv $@.tmp $@
$(G)/gen_unicodetype: $(S)/Tools/gen_unicodetype.c $(S)/Tools/unicode_load.h
	@mkdir -p $(G)
	@$(HOSTCC) -std=gnu11 -O1 -o $@ $<
$(G)/unicodetype_db.h: $(G)/gen_unicodetype $(G)/unihan_numeric.txt $(S)/Tools/unicode_overrides.txt
	@$(G)/gen_unicodetype $(UNICODE_DIR) $(G)/unihan_numeric.txt $(S)/Tools/unicode_overrides.txt > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
GENERATED_HEADERS += unicodedata_db.h unicodename_db.h
$(G)/gen_unicodedata: $(S)/Tools/gen_unicodedata.c $(S)/Tools/unicode_load.h
	@mkdir -p $(G)
	@$(HOSTCC) -std=gnu11 -O1 -o $@ $<
$(G)/unicodedata_db.h: $(G)/gen_unicodedata $(G)/unihan_numeric.txt $(S)/Tools/unicode_overrides.txt $(S)/Tools/unicode_3_2.txt
	@$(G)/gen_unicodedata data $(UNICODE_DIR) $(G)/unihan_numeric.txt $(S)/Tools/unicode_overrides.txt $(S)/Tools/unicode_3_2.txt > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
$(G)/unicodename_db.h: $(G)/gen_unicodedata $(G)/unihan_numeric.txt $(S)/Tools/unicode_overrides.txt $(S)/Tools/unicode_3_2.txt
	@$(G)/gen_unicodedata names $(UNICODE_DIR) $(G)/unihan_numeric.txt $(S)/Tools/unicode_overrides.txt $(S)/Tools/unicode_3_2.txt > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
