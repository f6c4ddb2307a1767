/* Generates opcode numbers, tables and the evaluation cases from the
   instruction definitions.

       gen_bytecodes MODE FILE...

   MODE is one of
       opcode.h         the public numbers
       pycore_opcode.h  declarations of the tables, pseudo-instructions
       opcode_tables.c  names, cache sizes, deoptimised forms, stack effects
       opcode_targets.h the table of computed goto labels
       eval_cases.h     one case for every instruction

   A definition is

       inst(NAME, NUMBER, (cache/size, in1, in2 -- out1, out2))
           [specializes(FAMILY)] [jumps] [quiet] [polls] [raw]
           [effect(EXPRESSION)] { body }
       pseudo(NAME, NUMBER) [jumps] effect(EXPRESSION)

   An input or output is `name`, `slot name` (the opaque slot itself rather
   than the object in it), `name[count]` (a pointer to that many slots) or
   `name if (condition)`.  Inputs can be marked `steal` (the body consumes the
   reference) and `maybe` (it may be NULL).  Inputs at the bottom that are
   repeated at the start of the outputs stay where they are.  An input named
   `unused` is neither loaded nor named.

   Attributes: `quiet` bodies neither fail nor run Python code before their
   end, so the frame's instruction pointer need not be stored first; `polls`
   looks at the eval breaker after the commit; `raw` bodies do everything
   themselves. */

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 12, MAX_INSTS = 320, MAX_OPCODE = 256 };

/* One input, output or cache entry. */
struct item {
    char name[40];
    char count[120];    /* array length expression, or "" */
    char condition[120];/* presence condition, or "" */
    int size;           /* cache entries only: in 16-bit words */
    int steal;
    int maybe;
    int slot;
};

struct inst {
    char name[64];
    char family[64];
    char effect[240];
    int number;
    int pseudo;
    int jumps;
    int quiet;
    int polls;
    char poll_condition[120];
    int raw;
    struct item caches[MAX_ITEMS];
    int ncaches;
    struct item inputs[MAX_ITEMS];
    int ninputs;
    struct item outputs[MAX_ITEMS];
    int noutputs;
    int kept;           /* leading items common to inputs and outputs */
    char *body;
    const char *file;
    int line;
};

static struct inst insts[MAX_INSTS];
static int ninsts;

/* -- Reading ---------------------------------------------------------------- */

static const char *current_file;
static const char *text_start;

static int
line_of(const char *p)
{
    int line = 1;
    for (const char *q = text_start; q < p; q++) {
        line += *q == '\n';
    }
    return line;
}

static void
fail(const char *p, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s:%d: ", current_file, line_of(p));
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static char *
read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    size_t used = 0, room = 1 << 16;
    char *text = malloc(room);
    size_t n;
    while (text && (n = fread(text + used, 1, room - used - 1, f)) > 0) {
        used += n;
        if (used + 1 >= room) {
            room *= 2;
            text = realloc(text, room);
        }
    }
    if (text == NULL) {
        perror(path);
        exit(1);
    }
    text[used] = '\0';
    fclose(f);
    return text;
}

/* Skips white space and comments. */
static const char *
skip_space(const char *p)
{
    for (;;) {
        while (isspace((unsigned char)*p)) {
            p++;
        }
        if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            if (end == NULL) {
                fail(p, "unterminated comment");
            }
            p = end + 2;
        }
        else if (p[0] == '/' && p[1] == '/') {
            p += strcspn(p, "\n");
        }
        else {
            return p;
        }
    }
}

/* p is at a quote: returns what follows the literal. */
static const char *
skip_literal(const char *p)
{
    char quote = *p++;
    while (*p && *p != quote) {
        p += *p == '\\' ? 2 : 1;
    }
    return p + 1;
}

/* p is at an opening bracket: returns the matching closing one. */
static const char *
find_closing(const char *p)
{
    char open = *p;
    char close = open == '(' ? ')' : open == '{' ? '}' : ']';
    int depth = 0;
    for (const char *q = p; *q;) {
        if (q[0] == '/' && (q[1] == '*' || q[1] == '/')) {
            q = skip_space(q);
            continue;
        }
        if (*q == '"' || *q == '\'') {
            q = skip_literal(q);
            continue;
        }
        if (*q == open) {
            depth++;
        }
        else if (*q == close && --depth == 0) {
            return q;
        }
        q++;
    }
    fail(p, "no closing %c", close);
    return NULL;
}

static const char *
read_word(const char *p, char *word, size_t room)
{
    p = skip_space(p);
    size_t n = 0;
    while ((isalnum((unsigned char)p[n]) || p[n] == '_')) {
        n++;
    }
    if (n == 0 || n >= room) {
        fail(p, "identifier expected");
    }
    memcpy(word, p, n);
    word[n] = '\0';
    return p + n;
}

static void
copy_range(char *out, size_t room, const char *from, const char *to)
{
    while (from < to && isspace((unsigned char)*from)) {
        from++;
    }
    while (to > from && isspace((unsigned char)to[-1])) {
        to--;
    }
    if ((size_t)(to - from) >= room) {
        fail(from, "too long");
    }
    memcpy(out, from, to - from);
    out[to - from] = '\0';
}

/* Reads one item in [p, end). */
static void
read_item(const char *p, const char *end, struct item *item)
{
    memset(item, 0, sizeof *item);
    for (;;) {
        p = read_word(p, item->name, sizeof item->name);
        if (strcmp(item->name, "steal") == 0) {
            item->steal = 1;
        }
        else if (strcmp(item->name, "maybe") == 0) {
            item->maybe = 1;
        }
        else if (strcmp(item->name, "slot") == 0) {
            item->slot = 1;
        }
        else {
            break;
        }
    }
    p = skip_space(p);
    if (p < end && *p == '/') {
        item->size = atoi(p + 1);
        return;
    }
    if (p < end && *p == '[') {
        const char *close = find_closing(p);
        copy_range(item->count, sizeof item->count, p + 1, close);
        p = skip_space(close + 1);
    }
    if (p < end && strncmp(p, "if", 2) == 0) {
        p = skip_space(p + 2);
        const char *close = find_closing(p);
        copy_range(item->condition, sizeof item->condition, p, close + 1);
        p = skip_space(close + 1);
    }
    if (p < end) {
        fail(p, "unexpected text in a stack effect");
    }
}

/* Reads a list of items separated by commas in [p, end). */
static int
read_items(const char *p, const char *end, struct item *items)
{
    int n = 0;
    p = skip_space(p);
    while (p < end) {
        const char *q = p;
        while (q < end && *q != ',') {
            if (*q == '(' || *q == '[') {
                q = find_closing(q);
            }
            q++;
        }
        if (n == MAX_ITEMS) {
            fail(p, "too many items");
        }
        read_item(p, q, &items[n++]);
        p = skip_space(q < end ? q + 1 : q);
    }
    return n;
}

static int
items_equal(const struct item *a, const struct item *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->count, b->count) == 0
        && strcmp(a->condition, b->condition) == 0;
}

static void
read_stack(struct inst *inst, const char *p, const char *end)
{
    const char *dashes = p;
    while (dashes < end && strncmp(dashes, "--", 2) != 0) {
        dashes++;
    }
    if (dashes == end) {
        fail(p, "-- expected");
    }
    struct item items[MAX_ITEMS];
    int n = read_items(p, dashes, items);
    for (int i = 0; i < n; i++) {
        if (items[i].size) {
            inst->caches[inst->ncaches++] = items[i];
        }
        else {
            inst->inputs[inst->ninputs++] = items[i];
        }
    }
    inst->noutputs = read_items(dashes + 2, end, inst->outputs);
    while (inst->kept < inst->ninputs && inst->kept < inst->noutputs
           && items_equal(&inst->inputs[inst->kept],
                          &inst->outputs[inst->kept])) {
        inst->kept++;
    }
}

static const char *
read_definition(const char *p, int pseudo)
{
    if (ninsts == MAX_INSTS) {
        fail(p, "too many instructions");
    }
    struct inst *inst = &insts[ninsts++];
    inst->file = current_file;
    inst->line = line_of(p);
    inst->pseudo = pseudo;
    const char *close = find_closing(p);
    p = read_word(p + 1, inst->name, sizeof inst->name);
    p = skip_space(p);
    if (*p != ',') {
        fail(p, ", expected");
    }
    inst->number = (int)strtol(p + 1, (char **)&p, 10);
    p = skip_space(p);
    if (!pseudo) {
        p = skip_space(p + 1);
        if (*p != '(') {
            fail(p, "stack effect expected");
        }
        read_stack(inst, p + 1, find_closing(p));
    }
    p = skip_space(close + 1);
    while (isalpha((unsigned char)*p)) {
        char word[40];
        const char *start = p;
        p = skip_space(read_word(p, word, sizeof word));
        if (strcmp(word, "inst") == 0 || strcmp(word, "pseudo") == 0) {
            p = start;
            break;
        }
        if (strcmp(word, "jumps") == 0) {
            inst->jumps = 1;
        }
        else if (strcmp(word, "quiet") == 0) {
            inst->quiet = 1;
        }
        else if (strcmp(word, "polls") == 0) {
            inst->polls = 1;
            if (*p == '(') {
                close = find_closing(p);
                copy_range(inst->poll_condition, sizeof inst->poll_condition,
                           p, close + 1);
                p = skip_space(close + 1);
            }
        }
        else if (strcmp(word, "raw") == 0) {
            inst->raw = 1;
        }
        else if (*p == '(') {
            close = find_closing(p);
            if (strcmp(word, "specializes") == 0) {
                copy_range(inst->family, sizeof inst->family, p + 1, close);
            }
            else if (strcmp(word, "effect") == 0) {
                copy_range(inst->effect, sizeof inst->effect, p + 1, close);
            }
            else {
                fail(start, "unknown attribute %s", word);
            }
            p = skip_space(close + 1);
        }
        else {
            fail(start, "unknown attribute %s", word);
        }
    }
    if (pseudo) {
        return p;
    }
    if (*p != '{') {
        fail(p, "body expected");
    }
    close = find_closing(p);
    size_t n = close - p + 1;
    inst->body = malloc(n + 1);
    if (inst->body == NULL) {
        fail(p, "out of memory");
    }
    memcpy(inst->body, p, n);
    inst->body[n] = '\0';
    return close + 1;
}

static void
read_definitions(const char *path)
{
    current_file = path;
    text_start = read_file(path);
    const char *p = skip_space(text_start);
    while (*p) {
        char word[40];
        const char *start = p;
        p = skip_space(read_word(p, word, sizeof word));
        if (*p != '(') {
            fail(start, "inst( or pseudo( expected");
        }
        p = read_definition(p, strcmp(word, "pseudo") == 0);
        p = skip_space(p);
    }
}

/* -- Facts about an instruction --------------------------------------------- */

static int
cache_size(const struct inst *inst)
{
    int size = 0;
    for (int i = 0; i < inst->ncaches; i++) {
        size += inst->caches[i].size;
    }
    return size;
}

/* The number of slots of items[from:to], as a C expression. */
static const char *
slots_expression(const struct item *items, int from, int to)
{
    static char buffers[8][800];
    static int next;
    char *out = buffers[next++ % 8];
    int fixed = 0;
    char *p = out;
    *p = '\0';
    for (int i = from; i < to; i++) {
        if (items[i].count[0]) {
            p += sprintf(p, "(%s) + ", items[i].count);
        }
        else if (items[i].condition[0]) {
            p += sprintf(p, "(%s ? 1 : 0) + ", items[i].condition);
        }
        else {
            fixed++;
        }
    }
    if (fixed || p == out) {
        sprintf(p, "%d", fixed);
    }
    else {
        p[-3] = '\0';
    }
    return out;
}

static int
is_fixed(const struct item *items, int n)
{
    for (int i = 0; i < n; i++) {
        if (items[i].count[0] || items[i].condition[0]) {
            return 0;
        }
    }
    return 1;
}

static const struct inst *
find_number(int number)
{
    for (int i = 0; i < ninsts; i++) {
        if (!insts[i].pseudo && insts[i].number == number) {
            return &insts[i];
        }
    }
    return NULL;
}

static const struct inst *
find_name(const char *name)
{
    for (int i = 0; i < ninsts; i++) {
        if (strcmp(insts[i].name, name) == 0) {
            return &insts[i];
        }
    }
    return NULL;
}

static int
is_family(const struct inst *inst)
{
    for (int i = 0; i < ninsts; i++) {
        if (strcmp(insts[i].family, inst->name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int
is_word_char(int c)
{
    return isalnum(c) || c == '_';
}

static int
body_uses(const struct inst *inst, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = inst->body; (p = strstr(p, name)) != NULL; p += n) {
        if (!is_word_char((unsigned char)p[-1])
            && !is_word_char((unsigned char)p[n])) {
            return 1;
        }
    }
    return 0;
}

static void
check_definitions(void)
{
    static int taken[MAX_OPCODE];
    for (int i = 0; i < ninsts; i++) {
        struct inst *inst = &insts[i];
        current_file = inst->file;
        if (inst->pseudo) {
            continue;
        }
        if (inst->number < 0 || inst->number >= MAX_OPCODE
            || taken[inst->number]++) {
            fprintf(stderr, "%s: bad number %d\n", inst->name, inst->number);
            exit(1);
        }
        if (inst->family[0]) {
            const struct inst *family = find_name(inst->family);
            if (family == NULL || cache_size(family) != cache_size(inst)) {
                fprintf(stderr, "%s: does not fit family %s\n", inst->name,
                        inst->family);
                exit(1);
            }
        }
    }
}

/* -- Headers and tables ----------------------------------------------------- */

static const char *const binary_operators[] = {
    "ADD", "AND", "FLOOR_DIVIDE", "LSHIFT", "MATRIX_MULTIPLY", "MULTIPLY",
    "REMAINDER", "OR", "POWER", "RSHIFT", "SUBTRACT", "TRUE_DIVIDE", "XOR",
};

enum { N_BINARY = sizeof binary_operators / sizeof *binary_operators };

static void
write_opcode_h(void)
{
    puts("/* Instruction numbers. */\n"
         "#ifndef Py_OPCODE_H\n#define Py_OPCODE_H\n"
         "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    for (int number = 0; number < MAX_OPCODE; number++) {
        const struct inst *inst = find_number(number);
        if (inst) {
            printf("#define %-43s %3d\n", inst->name, number);
        }
        if (number == 89) {
            printf("#define %-43s %3d\n", "HAVE_ARGUMENT", 90);
        }
    }
    puts("\n#define HAS_CONST(op) ((op) == LOAD_CONST)\n");
    for (int i = 0; i < N_BINARY; i++) {
        printf("#define NB_%-40s %3d\n", binary_operators[i], i);
    }
    for (int i = 0; i < N_BINARY; i++) {
        printf("#define NB_INPLACE_%-32s %3d\n", binary_operators[i],
               i + N_BINARY);
    }
    puts("\n#define HAS_ARG(op) ((op) >= HAVE_ARGUMENT)\n\n"
         "#ifdef __cplusplus\n}\n#endif\n#endif");
}

static void
write_pycore_opcode_h(void)
{
    puts("/* Tables of instructions. */\n"
         "#ifndef Py_INTERNAL_OPCODE_H\n#define Py_INTERNAL_OPCODE_H\n\n"
         "#include \"opcode.h\"\n\n"
         "/* Instructions that exist inside the compiler only. */");
    for (int i = 0; i < ninsts; i++) {
        if (insts[i].pseudo) {
            printf("#ifndef %s\n#define %s (%d)\n#endif\n", insts[i].name,
                   insts[i].name, insts[i].number);
        }
    }
    puts("\n/* How many 16-bit cache words follow an instruction. */\n"
         "extern const uint8_t _PyOpcode_Caches[256];\n"
         "/* The plain form of each specialised instruction. */\n"
         "extern const uint8_t _PyOpcode_Deopt[256];\n"
         "/* The adaptive form of each plain instruction that has one, or 0. */\n"
         "extern const uint8_t _PyOpcode_Adaptive[256];\n"
         "/* Bit sets: instructions with a jump target. */\n"
         "extern const uint32_t _PyOpcode_RelativeJump[9];\n"
         "extern const uint32_t _PyOpcode_Jump[9];\n"
         "/* Names; NULL where a number is not in use. */\n"
         "extern const char *const _PyOpcode_OpName[256];\n\n"
         "/* Change of the stack's depth: jump is 1 if the jump is taken, 0 if\n"
         "   not, -1 for the larger of both.  INT_MIN if there is no such\n"
         "   instruction. */\n"
         "int opcode_stack_effect(int opcode, int oparg, int jump);\n");
    puts("/* Words of inline cache of each family. */");
    for (int i = 0; i < ninsts; i++) {
        if (!insts[i].pseudo && !insts[i].family[0] && cache_size(&insts[i])) {
            printf("#define INLINE_CACHE_ENTRIES_%s %d\n", insts[i].name,
                   cache_size(&insts[i]));
        }
    }
    puts("\n#endif");
}

static void
write_bits(const char *name)
{
    printf("const uint32_t %s[9] = {\n", name);
    for (int word = 0; word < 9; word++) {
        unsigned bits = 0;
        for (int i = 0; i < ninsts; i++) {
            const struct inst *inst = &insts[i];
            if (!inst->pseudo && inst->jumps && !inst->family[0]
                && inst->number / 32 == word) {
                bits |= 1u << (inst->number % 32);
            }
        }
        printf("    0x%08xu,\n", bits);
    }
    puts("};\n");
}

static void
write_stack_effects(void)
{
    puts("int\nopcode_stack_effect(int opcode, int oparg, int jump)\n{\n"
         "    switch (opcode) {");
    for (int i = 0; i < ninsts; i++) {
        const struct inst *inst = &insts[i];
        if (inst->family[0] || strcmp(inst->name, "DO_TRACING") == 0) {
            continue;
        }
        printf("    case %s:\n        return ", inst->name);
        if (inst->effect[0]) {
            printf("%s;\n", inst->effect);
        }
        else {
            int both = inst->kept;
            printf("(%s) - (%s);\n",
                   slots_expression(inst->outputs, both, inst->noutputs),
                   slots_expression(inst->inputs, both, inst->ninputs));
        }
    }
    puts("    default:\n        return INT_MIN;\n    }\n}");
}

static void
write_tables(void)
{
    puts("/* Tables of instructions. */\n"
         "#include \"Python.h\"\n#include \"pycore_opcode.h\"\n"
         "#include <limits.h>\n");
    puts("const uint8_t _PyOpcode_Caches[256] = {");
    for (int number = 0; number < MAX_OPCODE; number++) {
        const struct inst *inst = find_number(number);
        if (inst && !inst->family[0] && cache_size(inst)) {
            printf("    [%s] = %d,\n", inst->name, cache_size(inst));
        }
    }
    puts("};\n\nconst uint8_t _PyOpcode_Deopt[256] = {");
    for (int number = 0; number < MAX_OPCODE; number++) {
        const struct inst *inst = find_number(number);
        if (inst && number != 255) {
            printf("    [%s] = %s,\n", inst->name,
                   inst->family[0] ? inst->family : inst->name);
        }
    }
    puts("};\n\nconst char *const _PyOpcode_OpName[256] = {");
    for (int number = 0; number < MAX_OPCODE; number++) {
        const struct inst *inst = find_number(number);
        if (inst) {
            printf("    [%s] = \"%s\",\n", inst->name, inst->name);
        }
    }
    puts("};\n");
    puts("const uint8_t _PyOpcode_Adaptive[256] = {");
    for (int i = 0; i < ninsts; i++) {
        const char *suffix = strstr(insts[i].name, "_ADAPTIVE");
        if (suffix && suffix[9] == '\0') {
            printf("    [%s] = %s,\n", insts[i].family, insts[i].name);
        }
    }
    puts("};\n");
    write_bits("_PyOpcode_RelativeJump");
    write_bits("_PyOpcode_Jump");
    write_stack_effects();
}

static void
write_targets(void)
{
    puts("static const void *const opcode_targets[256] = {");
    for (int number = 0; number < MAX_OPCODE; number++) {
        const struct inst *inst = find_number(number);
        if (inst) {
            printf("    &&TARGET_%s,\n", inst->name);
        }
        else {
            puts("    &&unknown_opcode,");
        }
    }
    puts("};");
}

/* -- Cases ------------------------------------------------------------------ */

static int
stolen_from(const struct inst *inst)
{
    int first = inst->ninputs;
    while (first > 0 && inst->inputs[first - 1].steal) {
        first--;
    }
    return first;
}

static int
kept_on_stack(const struct inst *inst, const struct item *item)
{
    return item < inst->inputs + inst->kept;
}

static int
is_loaded(const struct inst *inst, int i)
{
    const struct item *item = &inst->inputs[i];
    if (strcmp(item->name, "unused") == 0) {
        return 0;
    }
    return body_uses(inst, item->name)
        || (!inst->raw && !item->steal && !kept_on_stack(inst, item));
}

/* The first item whose number of slots is not known here, or n. */
static int
first_variable(const struct item *items, int n)
{
    for (int i = 0; i < n; i++) {
        if (items[i].count[0] || items[i].condition[0]) {
            return i;
        }
    }
    return n;
}

/* Inputs below one of variable size are found from `base`, the others from
   the top. */
static void
write_inputs(const struct inst *inst)
{
    int variable = first_variable(inst->inputs, inst->ninputs);
    if (variable < inst->ninputs) {
        printf("            slot_t *base UNUSED_LABEL = "
               "stack_pointer - (%s);\n",
               slots_expression(inst->inputs, 0, inst->ninputs));
    }
    for (int i = 0; i < inst->ncaches; i++) {
        const struct item *cache = &inst->caches[i];
        int offset = 0;
        for (int j = 0; j < i; j++) {
            offset += inst->caches[j].size;
        }
        if (!body_uses(inst, cache->name)
            && strstr(inst->poll_condition, cache->name) == NULL) {
            continue;
        }
        const char *type = cache->size == 1 ? "uint16_t"
            : cache->size == 2 ? "uint32_t" : "PyObject *";
        const char *reader = cache->size == 1 ? "read_u16"
            : cache->size == 2 ? "read_u32" : "read_obj";
        printf("            %s%s%s = %s((uint16_t *)next_instr + %d);\n",
               type, cache->size == 4 ? "" : " ", cache->name, reader, offset);
    }
    for (int i = 0; i < inst->ninputs; i++) {
        const struct item *item = &inst->inputs[i];
        if (!is_loaded(inst, i)) {
            continue;
        }
        const char *above = slots_expression(inst->inputs, i + 1,
                                             inst->ninputs);
        if (item->count[0]) {
            if (i == variable) {
                printf("            slot_t *%s = base + %d;\n", item->name,
                       i);
            }
            else {
                printf("            slot_t *%s = stack_pointer - (%s) - (%s);"
                       "\n", item->name, above, item->count);
            }
            continue;
        }
        if (i < variable && variable < inst->ninputs) {
            printf(item->slot ? "            slot_t %s = base[%d];\n"
                   : "            PyObject *%s = slot_object(base[%d]);\n",
                   item->name, i);
            continue;
        }
        printf("            %s%s = ", item->slot ? "slot_t " : "PyObject *",
               item->name);
        if (item->condition[0]) {
            printf("%s ? ", item->condition);
        }
        printf(item->slot ? "stack_pointer[-1 - (%s)]"
                          : "slot_object(stack_pointer[-1 - (%s)])", above);
        if (item->condition[0]) {
            printf(item->slot ? " : SLOT_NULL" : " : NULL");
        }
        puts(";");
    }
}

static void
write_outputs(const struct inst *inst)
{
    for (int i = inst->kept; i < inst->noutputs; i++) {
        const struct item *item = &inst->outputs[i];
        int also_input = 0;
        for (int j = 0; j < inst->ninputs; j++) {
            also_input |= strcmp(inst->inputs[j].name, item->name) == 0;
        }
        if (also_input || strcmp(item->name, "unused") == 0) {
            continue;
        }
        if (item->count[0]) {
            if (body_uses(inst, item->name)) {
                printf("            slot_t *%s = stack_pointer - (%s)",
                       item->name,
                       slots_expression(inst->inputs, inst->kept,
                                        inst->ninputs));
                printf(" + (%s);\n",
                       slots_expression(inst->outputs, inst->kept, i));
            }
        }
        else {
            printf("            %s%s%s;\n",
                   item->slot ? "slot_t " : "PyObject *", item->name,
                   item->condition[0] ? (item->slot ? " = SLOT_NULL"
                                                    : " = NULL") : "");
        }
    }
}

/* Gives up the references of the inputs that the body did not steal. */
static void
write_drops(const struct inst *inst, const char *indent, int arrays)
{
    for (int i = inst->kept; i < inst->ninputs; i++) {
        const struct item *item = &inst->inputs[i];
        if (item->steal || strcmp(item->name, "unused") == 0
            || !item->count[0] != !arrays) {
            continue;
        }
        if (arrays) {
            printf("%sslots_drop(%s, %s);\n", indent, item->name, item->count);
        }
        else if (item->slot) {
            printf("%sslot_drop(%s);\n", indent, item->name);
        }
        else if (inst->quiet && !item->maybe && !item->condition[0]) {
            printf("%sQUIET_DECREF(%s, %d);\n", indent, item->name,
                   cache_size(inst) + 1);
        }
        else {
            printf("%s%s(%s);\n", indent,
                   item->maybe || item->condition[0] ? "Py_XDECREF"
                                                     : "Py_DECREF",
                   item->name);
        }
    }
}

static void
write_stack_move(const char *indent, const struct inst *inst, int with_outputs)
{
    const char *in = slots_expression(inst->inputs, inst->kept, inst->ninputs);
    const char *out = with_outputs
        ? slots_expression(inst->outputs, inst->kept, inst->noutputs) : "0";
    if (is_fixed(inst->inputs + inst->kept, inst->ninputs - inst->kept)
        && (!with_outputs
            || is_fixed(inst->outputs + inst->kept,
                        inst->noutputs - inst->kept))) {
        int move = atoi(out) - atoi(in);
        if (move) {
            printf("%sstack_pointer += %d;\n", indent, move);
        }
    }
    else if (strcmp(in, out) != 0) {
        printf("%sstack_pointer += (%s) - (%s);\n", indent, out, in);
    }
}

/* Outputs one by one, where some may be absent: whether that is so. An absent
   one is stored too, and overwritten by the next. */
static int
write_conditional_outputs(const struct inst *inst, const char *indent)
{
    int conditional = 0;
    for (int i = inst->kept; i < inst->noutputs; i++) {
        conditional |= inst->outputs[i].condition[0] != '\0';
    }
    if (!conditional) {
        return 0;
    }
    printf("%sstack_pointer -= %s;\n", indent,
           slots_expression(inst->inputs, inst->kept, inst->ninputs));
    for (int i = inst->kept; i < inst->noutputs; i++) {
        const struct item *item = &inst->outputs[i];
        printf(item->slot ? "%s*stack_pointer = %s;\n"
                          : "%s*stack_pointer = slot_steal(%s);\n",
               indent, item->name);
        if (item->condition[0]) {
            printf("%sstack_pointer += %s != 0;\n", indent, item->condition);
        }
        else {
            printf("%sstack_pointer++;\n", indent);
        }
    }
    return 1;
}

static void
write_commit(const struct inst *inst)
{
    const char *indent = "            ";
    write_drops(inst, indent, 1);
    const char *in = slots_expression(inst->inputs, inst->kept, inst->ninputs);
    if (write_conditional_outputs(inst, indent)) {
        if (cache_size(inst)) {
            printf("%snext_instr += %d;\n", indent, cache_size(inst));
        }
        write_drops(inst, indent, 0);
        return;
    }
    for (int i = inst->kept; i < inst->noutputs; i++) {
        const struct item *item = &inst->outputs[i];
        if (item->count[0] || strcmp(item->name, "unused") == 0) {
            continue;
        }
        if (item->condition[0]) {
            printf("%sif %s {\n    ", indent, item->condition);
        }
        printf("%sstack_pointer[(%s) - (%s)] = ", indent,
               slots_expression(inst->outputs, inst->kept, i), in);
        printf(item->slot ? "%s;\n" : "slot_steal(%s);\n", item->name);
        if (item->condition[0]) {
            printf("%s}\n", indent);
        }
    }
    write_stack_move(indent, inst, 1);
    if (cache_size(inst)) {
        printf("%snext_instr += %d;\n", indent, cache_size(inst));
    }
    write_drops(inst, indent, 0);
}

/* Control macros take hidden arguments. */
static const char *
write_macro(const struct inst *inst, const char *word, const char *p)
{
    const char *open = skip_space(p);
    if (strcmp(word, "ERROR_IF") == 0) {
        const char *close = find_closing(open);
        printf("ERROR_IF(%.*s, %s)", (int)(close - open - 1), open + 1,
               slots_expression(inst->inputs, stolen_from(inst),
                                inst->ninputs));
        return close + 1;
    }
    if (strcmp(word, "UNWIND_IF") == 0) {
        const char *close = find_closing(open);
        printf("UNWIND_IF(%.*s, %s)", (int)(close - open - 1), open + 1,
               slots_expression(inst->inputs, stolen_from(inst),
                                inst->ninputs));
        return close + 1;
    }
    if (strcmp(word, "COMPARE_JUMP") == 0) {
        const char *close = find_closing(open);
        printf("COMPARE_JUMP(%.*s, %d)", (int)(close - open - 1), open + 1,
               cache_size(inst));
        return close + 1;
    }
    if (strcmp(word, "DEOPT_IF") == 0) {
        const char *close = find_closing(open);
        printf("DEOPT_IF(%.*s, %s)", (int)(close - open - 1), open + 1,
               inst->family);
        return close + 1;
    }
    if (strcmp(word, "SPECIALIZE") == 0) {
        const char *close = find_closing(open);
        printf("SPECIALIZE(%s, %.*s)", inst->family,
               (int)(close - open - 1), open + 1);
        return close + 1;
    }
    if (strcmp(word, "ENTER_FRAME") == 0) {
        const char *close = find_closing(open);
        const char *indent = "                ";
        puts("{");
        printf("%s_PyInterpreterFrame *entered = %.*s;\n", indent,
               (int)(close - open - 1), open + 1);
        write_drops(inst, indent, 1);
        write_stack_move(indent, inst, 0);
        write_drops(inst, indent, 0);
        printf("%snext_instr += %d;\n", indent, cache_size(inst));
        printf("%sENTER_FRAME(entered);\n            }", indent);
        return close + 1;
    }
    if (strcmp(word, "JUMP_KEEPING") == 0) {
        const char *close = find_closing(open);
        printf("{ next_instr += (%.*s) + %d; DISPATCH(); }",
               (int)(close - open - 1), open + 1, cache_size(inst));
        return close + 1;
    }
    if (strcmp(word, "JUMP_POPPING") == 0) {
        const char *close = find_closing(open);
        const char *indent = "                ";
        puts("{");
        printf("%sstack_pointer -= %s;\n", indent,
               slots_expression(inst->inputs, 0, inst->ninputs));
        for (int i = 0; i < inst->ninputs; i++) {
            printf("%sPy_DECREF(%s);\n", indent, inst->inputs[i].name);
        }
        printf("%snext_instr += (%.*s) + %d;\n%sDISPATCH();\n            }",
               indent, (int)(close - open - 1), open + 1, cache_size(inst),
               indent);
        return close + 1;
    }
    return NULL;
}

static void
write_body(const struct inst *inst)
{
    const char *p = inst->body;
    printf("            ");
    while (*p) {
        if (p[0] == '/' && p[1] == '*') {
            p = strstr(p, "*/") + 2;
            continue;
        }
        if (*p == '"' || *p == '\'') {
            const char *end = skip_literal(p);
            printf("%.*s", (int)(end - p), p);
            p = end;
            continue;
        }
        if (isalpha((unsigned char)*p) || *p == '_') {
            char word[80];
            const char *end = read_word(p, word, sizeof word);
            const char *after = write_macro(inst, word, end);
            if (after) {
                p = after;
                continue;
            }
            fputs(word, stdout);
            p = end;
            continue;
        }
        if (*p == '\n') {
            fputs("\n            ", stdout);
            p++;
            continue;
        }
        putchar(*p++);
    }
    putchar('\n');
}

static void
write_cases(void)
{
    for (int i = 0; i < ninsts; i++) {
        const struct inst *inst = &insts[i];
        if (inst->pseudo) {
            continue;
        }
        current_file = inst->file;
        printf("        TARGET(%s) {\n", inst->name);
        if (inst->quiet) {
            puts("            next_instr++;");
        }
        else if (!is_family(inst)) {
            puts("            frame->prev_instr = next_instr++;");
        }
        else {
            puts("            next_instr++;");
        }
        if (is_family(inst)) {
            printf("            GENERIC_%s: UNUSED_LABEL;\n", inst->name);
            if (!inst->quiet) {
                puts("            frame->prev_instr = next_instr - 1;");
            }
        }
        write_inputs(inst);
        if (!inst->raw) {
            write_outputs(inst);
        }
        write_body(inst);
        if (!inst->raw) {
            write_commit(inst);
            if (inst->polls && inst->poll_condition[0]) {
                printf("            if %s {\n                "
                       "CHECK_EVAL_BREAKER();\n            }\n",
                       inst->poll_condition);
            }
            else if (inst->polls) {
                puts("            CHECK_EVAL_BREAKER();");
            }
            puts("            DISPATCH();");
        }
        puts("        }\n");
    }
    for (int i = 0; i < ninsts; i++) {
        if (!insts[i].pseudo && is_family(&insts[i])
            && cache_size(&insts[i])) {
            printf("        FAMILY_MISS(%s)\n", insts[i].name);
        }
    }
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(void);
    } modes[] = {
        {"opcode.h", write_opcode_h},
        {"pycore_opcode.h", write_pycore_opcode_h},
        {"opcode_tables.c", write_tables},
        {"opcode_targets.h", write_targets},
        {"eval_cases.h", write_cases},
    };
    if (argc < 3) {
        fprintf(stderr, "usage: %s MODE FILE...\n", argv[0]);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        read_definitions(argv[i]);
    }
    check_definitions();
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i].name, argv[1]) == 0) {
            modes[i].write();
            return fflush(stdout) || ferror(stdout);
        }
    }
    fprintf(stderr, "%s: unknown mode %s\n", argv[0], argv[1]);
    return 2;
}
