/* The options of the command line, and the help about them. */
#include "Python.h"
#include "pycore_gil.h"
#include "pycore_initconfig.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"

/* -- Scanning -------------------------------------------------------------------- */

#define OPTION_LETTERS L"bBc:dEhiIJm:OPqRsStuvVW:xX:?"

enum {
    OPTION_END = -1,
    OPTION_BAD = '_',
    OPTION_HASH_PYCS = 256,
    OPTION_HELP_ALL,
    OPTION_HELP_ENV,
    OPTION_HELP_XOPTIONS,
};

struct option_scan {
    const PyWideStringList *argv;
    Py_ssize_t index;        /* of the next argument to look at */
    const wchar_t *letters;  /* rest of a group such as -bBs */
    const wchar_t *argument; /* of the last option */
};

static const struct {
    const wchar_t *name;
    int has_argument;
    int value;
} long_options[] = {
    {L"check-hash-based-pycs", 1, OPTION_HASH_PYCS},
    {L"help", 0, 'h'},
    {L"version", 0, 'V'},
    {L"help-all", 0, OPTION_HELP_ALL},
    {L"help-env", 0, OPTION_HELP_ENV},
    {L"help-xoptions", 0, OPTION_HELP_XOPTIONS},
};

static int
scan_long(struct option_scan *scan, const wchar_t *text)
{
    const wchar_t *name = text + 2;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(long_options); i++) {
        if (wcscmp(name, long_options[i].name) != 0) {
            continue;
        }
        if (long_options[i].has_argument) {
            if (scan->index >= scan->argv->length) {
                fprintf(stderr, "Argument expected for the %ls options\n",
                        text);
                return OPTION_BAD;
            }
            scan->argument = scan->argv->items[scan->index++];
        }
        return long_options[i].value;
    }
    fprintf(stderr, "unknown option %ls\n", text);
    return OPTION_BAD;
}

static int
scan_letter(struct option_scan *scan)
{
    wchar_t letter = *scan->letters++;
    const wchar_t *known = letter == L':' ? NULL
                                          : wcschr(OPTION_LETTERS, letter);
    if (known == NULL) {
        fprintf(stderr, "Unknown option: -%lc\n", (wint_t)letter);
        return OPTION_BAD;
    }
    if (known[1] != L':') {
        return (int)letter;
    }
    if (*scan->letters != L'\0') {
        scan->argument = scan->letters;
        scan->letters = L"";
        return (int)letter;
    }
    if (scan->index >= scan->argv->length) {
        fprintf(stderr, "Argument expected for the -%lc option\n",
                (wint_t)letter);
        return OPTION_BAD;
    }
    scan->argument = scan->argv->items[scan->index++];
    return (int)letter;
}

static int
scan_next(struct option_scan *scan)
{
    if (*scan->letters == L'\0') {
        if (scan->index >= scan->argv->length) {
            return OPTION_END;
        }
        const wchar_t *text = scan->argv->items[scan->index];
        if (text[0] != L'-' || text[1] == L'\0') {
            return OPTION_END;
        }
        scan->index++;
        if (wcscmp(text, L"--") == 0) {
            return OPTION_END;
        }
        if (text[1] == L'-') {
            return scan_long(scan, text);
        }
        scan->letters = text + 1;
    }
    return scan_letter(scan);
}

/* -- Applying ------------------------------------------------------------------------ */

static PyStatus
option_command(PyConfig *config, const wchar_t *text)
{
    /* a line end, so that a compound statement is complete */
    size_t length = wcslen(text);
    wchar_t *command = PyMem_RawMalloc((length + 2) * sizeof(wchar_t));
    if (command == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    memcpy(command, text, length * sizeof(wchar_t));
    command[length] = L'\n';
    command[length + 1] = L'\0';
    PyMem_RawFree(config->run_command);
    config->run_command = command;
    return _PyStatus_OK();
}

static PyStatus
option_hash_pycs(PyConfig *config, const wchar_t *mode)
{
    if (wcscmp(mode, L"always") != 0 && wcscmp(mode, L"never") != 0
        && wcscmp(mode, L"default") != 0) {
        fprintf(stderr, "--check-hash-based-pycs must be one of "
                        "'default', 'always', or 'never'\n");
        config_usage(1, config->program_name);
        return _PyStatus_EXIT(2);
    }
    return PyConfig_SetString(config, &config->check_hash_pycs_mode, mode);
}

/* The switches that only count or set a field; 0 when `letter` is none. */
static int
option_switch(PyConfig *config, int letter)
{
    switch (letter) {
    case 'b': config->bytes_warning++; return 1;
    case 'B': config->write_bytecode = 0; return 1;
    case 'd': config->parser_debug++; return 1;
    case 'i': config->inspect++; config->interactive++; return 1;
    case 'O': config->optimization_level++; return 1;
    case 'P': config->safe_path = 1; return 1;
    case 'q': config->quiet++; return 1;
    case 'R': config->use_hash_seed = 0; return 1;
    case 's': config->user_site_directory = 0; return 1;
    case 'S': config->site_import = 0; return 1;
    case 'u': config->buffered_stdio = 0; return 1;
    case 'v': config->verbose++; return 1;
    case 'x': config->skip_source_first_line = 1; return 1;
    case 'E': case 'I': case 't': case 'J':
        return letter != 'J'; /* done in the preconfiguration */
    default: return 0;
    }
}

PyStatus
config_parse_cmdline(PyConfig *config, PyWideStringList *warnoptions,
                     Py_ssize_t *opt_index)
{
    struct option_scan scan = {
        .argv = &config->argv, .index = 1, .letters = L""};
    int print_version = 0;
    int option;
    while (config->run_command == NULL && config->run_module == NULL
           && (option = scan_next(&scan)) != OPTION_END) {
        PyStatus status = _PyStatus_OK();
        if (option_switch(config, option)) {
            continue;
        }
        switch (option) {
        case 'c':
            status = option_command(config, scan.argument);
            break;
        case 'm':
            status = PyConfig_SetString(config, &config->run_module,
                                        scan.argument);
            break;
        case 'W':
            status = PyWideStringList_Append(warnoptions, scan.argument);
            break;
        case 'X':
            status = PyWideStringList_Append(&config->xoptions,
                                             scan.argument);
            break;
        case 'V':
            print_version++;
            break;
        case 'h':
        case '?':
            config_usage(0, config->program_name);
            return _PyStatus_EXIT(0);
        case OPTION_HELP_ENV:
            config_usage_environment();
            return _PyStatus_EXIT(0);
        case OPTION_HELP_XOPTIONS:
            config_usage_xoptions();
            return _PyStatus_EXIT(0);
        case OPTION_HELP_ALL:
            config_usage(0, config->program_name);
            config_usage_environment();
            config_usage_xoptions();
            return _PyStatus_EXIT(0);
        case OPTION_HASH_PYCS:
            status = option_hash_pycs(config, scan.argument);
            break;
        default:
            if (option == 'J') {
                fprintf(stderr, "-J is reserved for Jython\n");
            }
            config_usage(1, config->program_name);
            return _PyStatus_EXIT(2);
        }
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
    }
    if (print_version) {
        printf("Python %s\n",
               print_version >= 2 ? Py_GetVersion() : PY_VERSION);
        return _PyStatus_EXIT(0);
    }
    *opt_index = scan.index;
    return _PyStatus_OK();
}

/* -- Help --------------------------------------------------------------------------------- */

static const char usage_line[] =
    "usage: %ls [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";

static const char usage_options[] =
    "Options (and the environment variables that do the same):\n"
    "-b     : warn about comparing bytes with str or int, and about str(bytes)\n"
    "         (-bb: make these errors)\n"
    "-B     : do not write .pyc files; also PYTHONDONTWRITEBYTECODE=x\n"
    "-c cmd : run the text cmd (ends the list of options)\n"
    "-d     : debug output of the parser; also PYTHONDEBUG=x\n"
    "-E     : ignore the PYTHON* environment variables\n"
    "-h     : print this help and exit (also -? or --help)\n"
    "-i     : go interactive after running the script, even if standard input\n"
    "         is no terminal; also PYTHONINSPECT=x\n"
    "-I     : isolate from the user's environment (implies -E, -P and -s)\n"
    "-m mod : run the library module mod as a script (ends the options)\n"
    "-O     : remove assert statements and __debug__ blocks;\n"
    "         also PYTHONOPTIMIZE=x\n"
    "-OO    : as -O, and remove docstrings\n"
    "-P     : do not put an unsafe path first on sys.path;\n"
    "         also PYTHONSAFEPATH\n"
    "-q     : no version and copyright on interactive start\n"
    "-s     : no user site directory on sys.path; also PYTHONNOUSERSITE=x\n"
    "-S     : do not import site on start\n"
    "-u     : unbuffered stdout and stderr; also PYTHONUNBUFFERED=x\n"
    "-v     : trace imports (more often for more); also PYTHONVERBOSE=x\n"
    "-V     : print the version and exit (also --version; -VV for more)\n"
    "-W arg : control warnings: action:message:category:module:lineno;\n"
    "         also PYTHONWARNINGS=arg\n"
    "-x     : skip the first line of the source\n"
    "-X opt : set an option of this implementation (see --help-xoptions)\n"
    "--check-hash-based-pycs always|default|never:\n"
    "         how .pyc files with source hashes are checked\n"
    "--help-env      : environment variables\n"
    "--help-xoptions : the -X options\n"
    "--help-all      : all of it\n"
    "file   : run the script in this file\n"
    "-      : read the program from standard input (the default)\n"
    "arg ...: what the program finds in sys.argv[1:]\n";

void
config_usage(int error, const wchar_t *program)
{
    FILE *f = error ? stderr : stdout;
    fprintf(f, usage_line, program == NULL ? L"baton" : program);
    if (error) {
        fprintf(f, "Try `python -h' for more information.\n");
        return;
    }
    fputs(usage_options, f);
}

void
config_usage_environment(void)
{
    fputs(
        "Environment variables:\n"
        "PYTHONSTARTUP : file run on interactive start\n"
        "PYTHONPATH    : directories, separated by ':', put before the default\n"
        "                module search path\n"
        "PYTHONHOME    : another <prefix>[:<exec_prefix>] of the library\n"
        "PYTHONPLATLIBDIR : name of the library directory below the prefix\n"
        "PYTHONUTF8    : 1 turns UTF-8 mode on, 0 off\n"
        "PYTHONIOENCODING : encoding[:errors] of the standard streams\n"
        "PYTHONFAULTHANDLER : dump tracebacks on fatal errors\n"
        "PYTHONHASHSEED : 'random', or the seed of the hashes of str and bytes\n"
        "PYTHONINTMAXSTRDIGITS : limit of digits between int and str\n"
        "PYTHONMALLOC  : memory allocators and their debug hooks\n"
        "PYTHONCOERCECLOCALE : 0: leave the C locale alone; warn: say so\n"
        "PYTHONBREAKPOINT : what breakpoint() calls; 0: nothing\n"
        "PYTHONDEVMODE : development mode\n"
        "PYTHONPYCACHEPREFIX : root of a parallel tree of .pyc files\n"
        "PYTHONWARNDEFAULTENCODING : warn about the locale's encoding\n"
        "PYTHONPROFILEIMPORTTIME, PYTHONTRACEMALLOC, PYTHONNODEBUGRANGES :\n"
        "                as the -X options of the same names\n"
        "BATON_GIL     : policy of the global interpreter lock (as -X gil)\n",
        stdout);
}

void
config_usage_xoptions(void)
{
    fputs(
        "-X options:\n"
        "-X dev            : development mode: more checks at run time\n"
        "-X faulthandler   : dump tracebacks on fatal errors\n"
        "-X frozen_modules=on|off : use the modules inside the binary\n"
        "-X importtime     : show how long each import takes\n"
        "-X int_max_str_digits=N : limit of digits between int and str\n"
        "-X no_debug_ranges : no column tables in code objects\n"
        "-X pycache_prefix=PATH : root of a parallel tree of .pyc files\n"
        "-X showrefcount   : references and blocks at exit (debug builds)\n"
        "-X tracemalloc[=N] : trace allocations, with N frames each\n"
        "-X utf8[=0|1]     : UTF-8 mode\n"
        "-X warn_default_encoding : warn about the locale's encoding\n"
        "-X gil=NAME       : policy of the global interpreter lock:\n",
        stdout);
    for (int i = 0; gil_policies[i] != NULL; i++) {
        printf("      %-8s %s\n", gil_policies[i]->name,
               gil_policies[i]->summary);
    }
}
