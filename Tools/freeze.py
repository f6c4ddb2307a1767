"""Compile library modules into static code objects: C source on stdout.

    baton-boot -I -S Tools/freeze.py STDLIB > frozen.c

Every constant becomes a static, immortal object; frozen sets, which cannot be
static, are made when a module's code is first asked for
(Python/import_frozen.c: frozen_prepare).
"""
import sys

# name, file below the library, kind: b(ootstrap) or s(tdlib), is a package
MODULES = [
    ("importlib._bootstrap", "importlib/_bootstrap.py", "b", 0,
     "_frozen_importlib"),
    ("importlib._bootstrap_external", "importlib/_bootstrap_external.py",
     "b", 0, "_frozen_importlib_external"),
    ("zipimport", "zipimport.py", "b", 0, "zipimport"),
    ("abc", "abc.py", "s", 0, "abc"),
    ("codecs", "codecs.py", "s", 0, "codecs"),
    ("io", "io.py", "s", 0, "io"),
    ("_collections_abc", "_collections_abc.py", "s", 0, "_collections_abc"),
    ("_sitebuiltins", "_sitebuiltins.py", "s", 0, "_sitebuiltins"),
    ("genericpath", "genericpath.py", "s", 0, "genericpath"),
    ("ntpath", "ntpath.py", "s", 0, "ntpath"),
    ("posixpath", "posixpath.py", "s", 0, "posixpath"),
    ("os", "os.py", "s", 0, "os"),
    ("site", "site.py", "s", 0, "site"),
    ("stat", "stat.py", "s", 0, "stat"),
    ("importlib.util", "importlib/util.py", "s", 0, "importlib.util"),
    ("importlib.machinery", "importlib/machinery.py", "s", 0,
     "importlib.machinery"),
    ("runpy", "runpy.py", "s", 0, "runpy"),
    ("encodings", "encodings/__init__.py", "s", 1, "encodings"),
    ("encodings.aliases", "encodings/aliases.py", "s", 0,
     "encodings.aliases"),
    ("encodings.utf_8", "encodings/utf_8.py", "s", 0, "encodings.utf_8"),
    ("__hello__", "__hello__.py", "t", 0, "__hello__"),
    ("__phello__", "__phello__/__init__.py", "t", 1, "__phello__"),
    ("__phello__.ham", "__phello__/ham/__init__.py", "t", 1,
     "__phello__.ham"),
    ("__phello__.ham.eggs", "__phello__/ham/eggs.py", "t", 0,
     "__phello__.ham.eggs"),
    ("__phello__.spam", "__phello__/spam.py", "t", 0, "__phello__.spam"),
]

# further names of the same code: alias, module, package, what it stands for
ALIASES = [
    ("s", "os.path", "posixpath", 0, "posixpath"),
    ("t", "__hello_alias__", "__hello__", 0, "__hello__"),
    ("t", "__phello_alias__", "__hello__", 1, "__hello__"),
    ("t", "__phello_alias__.spam", "__hello__", 0, "__hello__"),
    ("t", "__phello__.__init__", "__phello__", 0, "<__phello__"),
    ("t", "__phello__.ham.__init__", "__phello__.ham", 0, "<__phello__.ham"),
    ("t", "__hello_only__", "__hello__", 0, None),
]

CO_FAST_LOCAL, CO_FAST_CELL, CO_FAST_FREE = 0x20, 0x40, 0x80
RESUME = 151

out = []
known = {}
counter = 0


def emit(text):
    out.append(text)


def fresh():
    global counter
    counter += 1
    return "c%d" % counter


def octal(data):
    parts = []
    line = []
    for byte in data:
        line.append("\\%03o" % byte)
        if len(line) == 18:
            parts.append('"' + "".join(line) + '"')
            line = []
    if line or not parts:
        parts.append('"' + "".join(line) + '"')
    return "\n    ".join(parts)


HEAD = "{_PyObject_IMMORTAL_REFCNT, &%s}"


def var_head(type_name, size):
    return "{" + HEAD % type_name + ", %d}" % size


def freeze_str(value):
    name = fresh()
    size = len(value)
    widest = max([ord(c) for c in value], default=0)
    if widest < 128:
        emit("static struct { PyASCIIObject head; char data[%d]; } %s = {\n"
             "    {%s, %d, -1, {.kind = 1, .compact = 1, .ascii = 1, "
             ".ready = 1}},\n    %s};\n"
             % (size + 1, name, HEAD % "PyUnicode_Type", size,
                octal(value.encode("ascii"))))
        return "&%s.head.ob_base" % name
    kind = 1 if widest < 256 else 2 if widest < 65536 else 4
    ctype = {1: "Py_UCS1", 2: "Py_UCS2", 4: "Py_UCS4"}[kind]
    data = ", ".join([str(ord(c)) for c in value] + ["0"])
    emit("static struct { PyCompactUnicodeObject head; %s data[%d]; } %s = {\n"
         "    {{%s, %d, -1, {.kind = %d, .compact = 1, .ascii = 0, "
         ".ready = 1}}},\n    {%s}};\n"
         % (ctype, size + 1, name, HEAD % "PyUnicode_Type", size, kind, data))
    return "&%s.head._base.ob_base" % name


def freeze_bytes(value):
    name = fresh()
    emit("static struct { PyObject_VAR_HEAD Py_hash_t hash; char data[%d]; } "
         "%s = {\n    %s, -1,\n    %s};\n"
         % (len(value) + 1, name, var_head("PyBytes_Type", len(value)),
            octal(value)))
    return "&%s.ob_base.ob_base" % name


def freeze_int(value):
    if -5 <= value <= 256:
        return ("&_PyRuntime.global_objects.singletons.small_ints[%d]"
                ".ob_base.ob_base" % (value + 5))
    name = fresh()
    digits = []
    rest = abs(value)
    while rest:
        digits.append(rest & 0x3fffffff)
        rest >>= 30
    size = len(digits) if value > 0 else -len(digits)
    emit("static struct { PyObject_VAR_HEAD digit digits[%d]; } %s = {\n"
         "    %s, {%s}};\n"
         % (len(digits), name, var_head("PyLong_Type", size),
            ", ".join([str(d) + "U" for d in digits])))
    return "&%s.ob_base.ob_base" % name


def c_double(value):
    if value != value:
        return "NAN"
    if value in (float("inf"), float("-inf")):
        return "INFINITY" if value > 0 else "-INFINITY"
    return value.hex()


def freeze_float(value):
    name = fresh()
    emit("static PyFloatObject %s = {%s, %s};\n"
         % (name, HEAD % "PyFloat_Type", c_double(value)))
    return "&%s.ob_base" % name


def freeze_complex(value):
    name = fresh()
    emit("static PyComplexObject %s = {%s, {%s, %s}};\n"
         % (name, HEAD % "PyComplex_Type", c_double(value.real),
            c_double(value.imag)))
    return "&%s.ob_base" % name


def freeze_tuple(value):
    if not value:
        return "&frozen_empty_tuple"
    items = [freeze(item) for item in value]
    name = fresh()
    emit("static struct { PyGC_Head gc; PyObject_VAR_HEAD "
         "PyObject *items[%d]; } %s = {\n    {0, 0}, %s,\n    {\n"
         % (len(items), name, var_head("PyTuple_Type", len(items))))
    for item in items:
        emit("        (PyObject *)%s,\n" % item)
    emit("    }};\n")
    return "&%s.ob_base.ob_base" % name


def freeze_frozenset(value):
    # a tuple that stands for it, recognised by its type pointer
    items = [freeze(item) for item in sorted(value, key=repr)]
    name = fresh()
    emit("static struct { PyGC_Head gc; PyObject_VAR_HEAD "
         "PyObject *items[%d]; } %s = {\n    {0, 0}, %s,\n    {%s}};\n"
         % (max(len(items), 1), name, var_head("frozen_set_recipe",
                                               len(items)),
            ", ".join(["(PyObject *)" + item for item in items]) or "NULL"))
    return "&%s.ob_base.ob_base" % name


def locals_plus(code):
    names = list(code.co_varnames)
    kinds = [CO_FAST_LOCAL] * len(names)
    plain = 0
    for cell in code.co_cellvars:
        if cell in code.co_varnames:
            kinds[names.index(cell)] |= CO_FAST_CELL
        else:
            names.append(cell)
            kinds.append(CO_FAST_CELL)
            plain += 1
    for free in code.co_freevars:
        names.append(free)
        kinds.append(CO_FAST_FREE)
    return names, kinds, plain


def first_traceable(code):
    for i in range(0, len(code), 2):
        if code[i] == RESUME:
            return i // 2
    return len(code) // 2


def freeze_code(code):
    names, kinds, plain = locals_plus(code)
    text = code.co_code
    fields = [
        ("co_consts", freeze(code.co_consts)),
        ("co_names", freeze(code.co_names)),
        ("co_exceptiontable", freeze(code.co_exceptiontable)),
        ("co_localsplusnames", freeze(tuple(names))),
        ("co_localspluskinds", freeze(bytes(kinds))),
        ("co_filename", freeze(code.co_filename)),
        ("co_name", freeze(code.co_name)),
        ("co_qualname", freeze(code.co_qualname)),
        ("co_linetable", freeze(code.co_linetable)),
    ]
    numbers = [
        ("co_flags", code.co_flags),
        ("co_argcount", code.co_argcount),
        ("co_posonlyargcount", code.co_posonlyargcount),
        ("co_kwonlyargcount", code.co_kwonlyargcount),
        ("co_stacksize", code.co_stacksize),
        ("co_firstlineno", code.co_firstlineno),
        ("co_nlocalsplus", len(names)),
        ("co_nlocals", len(code.co_varnames)),
        ("co_nplaincellvars", plain),
        ("co_ncellvars", len(code.co_cellvars)),
        ("co_nfreevars", len(code.co_freevars)),
        ("_co_firsttraceable", first_traceable(text)),
    ]
    name = fresh()
    emit("static struct _PyCode_DEF(%d) %s = {\n    .ob_base = %s,\n"
         "    .co_warmup = QUICKENING_INITIAL_WARMUP_VALUE,\n"
         % (len(text), name, var_head("PyCode_Type", len(text) // 2)))
    for field, value in fields:
        emit("    .%s = (PyObject *)%s,\n" % (field, value))
    for field, value in numbers:
        emit("    .%s = %d,\n" % (field, value))
    emit("    .co_code_adaptive =\n    %s,\n};\n" % octal(text))
    return "&%s.ob_base.ob_base" % name


SINGLETONS = {
    None: "&_Py_NoneStruct",
    True: "&_Py_TrueStruct",
    False: "&_Py_FalseStruct",
}

FREEZERS = {
    str: freeze_str,
    bytes: freeze_bytes,
    int: freeze_int,
    float: freeze_float,
    complex: freeze_complex,
    tuple: freeze_tuple,
    frozenset: freeze_frozenset,
    type(emit.__code__): freeze_code,
}


def key_of(value):
    kind = type(value)
    if kind is tuple:
        return kind, tuple([key_of(item) for item in value])
    if kind is frozenset:
        return kind, frozenset([key_of(item) for item in value])
    if kind in (float, complex):
        return kind, repr(value)
    if kind is type(emit.__code__):
        return kind, id(value)
    return kind, value


def freeze(value):
    if value is None or value is True or value is False:
        return SINGLETONS[value]
    if value is Ellipsis:
        return "&_Py_EllipsisObject"
    key = key_of(value)
    if key not in known:
        known[key] = FREEZERS[type(value)](value)
    return known[key]


def read_source(path):
    """The file's bytes; empty modules are not always packaged."""
    try:
        f = open(path, "rb")
    except FileNotFoundError:
        return b""
    try:
        return f.read()
    finally:
        f.close()


def main(argv):
    stdlib = argv[1]
    emit('/* Generated by Tools/freeze.py. */\n#include "Python.h"\n'
         '#include "pycore_code.h"\n#include "pycore_gc.h"\n'
         '#include "pycore_import.h"\n#include "pycore_object.h"\n'
         '#include "pycore_runtime.h"\n\n')
    keep = []
    codes = {}
    for module, file, kind, package, name in MODULES:
        source = read_source(stdlib + "/" + file)
        code = compile(source, "<frozen %s>" % module, "exec", 0, True, 0)
        keep.append(code)
        codes[name] = freeze(code)
        emit("static int ready_%d;\nstatic PyObject *\nget_%d(void)\n{\n"
             "    return frozen_prepare((PyCodeObject *)%s, &ready_%d);\n}\n"
             % (len(codes), len(codes), codes[name], len(codes)))
    rows = {"b": [], "s": [], "t": []}
    aliases = []
    numbers = {}
    for number, (module, file, kind, package, name) in enumerate(MODULES, 1):
        numbers[name] = number
        rows[kind].append('    {"%s", NULL, 0, %d, get_%d},\n'
                          % (name, package, number))
        if name != module:
            aliases.append('    {"%s", "%s"},\n' % (name, module))
    for kind, alias, target, package, origin in ALIASES:
        rows[kind].append('    {"%s", NULL, 0, %d, get_%d},\n'
                          % (alias, package, numbers[target]))
        aliases.append('    {"%s", %s},\n' % (
            alias, '"%s"' % origin if origin else "NULL"))
    for kind, title, symbol in (("b", "bootstrap", "Bootstrap"),
                                ("s", "stdlib", "Stdlib"),
                                ("t", "test", "Test")):
        emit("static const struct _frozen %s[] = {\n" % title)
        emit("".join(rows[kind]))
        emit("    {NULL, NULL, 0, 0, NULL},\n};\n"
             "const struct _frozen *_PyImport_Frozen%s = %s;\n"
             % (symbol, title))
    emit("static const struct _module_alias aliases[] = {\n%s"
         "    {NULL, NULL},\n};\n"
         "const struct _module_alias *_PyImport_FrozenAliases = aliases;\n"
         % "".join(aliases))
    sys.stdout.write("".join(out))


main(sys.argv)
