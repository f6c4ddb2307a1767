# The syntax tree's structs, constructors and tables.
GENERATED_HEADERS += pycore_ast.h
GENERATED_SOURCES += ast_nodes
$(G)/pycore_ast.h: $(S)/Tools/gen_ast.awk $(S)/Parser/ast.def
	@mkdir -p $(G)
	@LC_ALL=C awk -v out=h -f $(S)/Tools/gen_ast.awk $(S)/Parser/ast.def > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
$(G)/ast_nodes.c: $(S)/Tools/gen_ast.awk $(S)/Parser/ast.def
	@mkdir -p $(G)
	@LC_ALL=C awk -v out=c -f $(S)/Tools/gen_ast.awk $(S)/Parser/ast.def > $@.tmp
	@cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
