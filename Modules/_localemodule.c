/* The _locale module: the C library's locale. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_object.h"

#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <wchar.h>

typedef struct {
    PyObject *error;            /* locale.Error */
} locale_state;

static inline locale_state *
get_state(PyObject *module)
{
    return (locale_state *)PyModule_GetState(module);
}

/* -- setlocale() ---------------------------------------------------------- */

static PyObject *
locale_setlocale(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int category;
    const char *locale = NULL;
    if (!_PyArg_CheckPositional("setlocale", nargs, 1, 2)
        || !_PyArg_ParseStack(args, nargs, "i|z:setlocale", &category,
                              &locale)) {
        return NULL;
    }
    const char *result = setlocale(category, locale);
    if (result == NULL) {
        PyErr_SetString(get_state(module)->error,
                        locale != NULL ? "unsupported locale setting"
                                       : "locale query failed");
        return NULL;
    }
    return PyUnicode_DecodeLocale(result, NULL);
}

/* -- localeconv() --------------------------------------------------------- */

/* The list of ints that ends with 0 or CHAR_MAX. */
static PyObject *
grouping_list(const char *s)
{
    if (s[0] == '\0') {
        return PyList_New(0);
    }
    Py_ssize_t length = 0;
    while (s[length] != '\0' && s[length] != CHAR_MAX) {
        length++;
    }
    PyObject *list = PyList_New(length + 1);
    if (list == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i <= length; i++) {
        PyObject *number = PyLong_FromLong(s[i]);
        if (number == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, number);
    }
    return list;
}

/* Add and drop; a NULL value is the error that it stands for. */
static int
set_item_steal(PyObject *dict, const char *name, PyObject *value)
{
    if (value == NULL) {
        return -1;
    }
    int status = PyDict_SetItemString(dict, name, value);
    Py_DECREF(value);
    return status;
}

static int
needs_locale(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s > 127) {
            return 1;
        }
    }
    return 0;
}

/* The monetary texts are in the bytes of LC_MONETARY's locale: decode them
   under it where that matters. */
static int
add_monetary(PyObject *dict, const struct lconv *lc)
{
    char *old_locale = NULL;
    if (needs_locale(lc->int_curr_symbol) || needs_locale(lc->currency_symbol)
        || needs_locale(lc->mon_decimal_point)
        || needs_locale(lc->mon_thousands_sep)) {
        const char *ctype = setlocale(LC_CTYPE, NULL);
        const char *monetary = setlocale(LC_MONETARY, NULL);
        if (ctype != NULL && monetary != NULL
            && strcmp(ctype, monetary) != 0) {
            old_locale = _PyMem_Strdup(ctype);
            if (old_locale == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            setlocale(LC_CTYPE, monetary);
        }
    }
    const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"int_curr_symbol", lc->int_curr_symbol},
        {"currency_symbol", lc->currency_symbol},
        {"mon_decimal_point", lc->mon_decimal_point},
        {"mon_thousands_sep", lc->mon_thousands_sep},
        {"positive_sign", lc->positive_sign},
        {"negative_sign", lc->negative_sign},
    };
    int status = 0;
    for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(texts); i++) {
        status = set_item_steal(dict, texts[i].name,
                                PyUnicode_DecodeLocale(texts[i].text, NULL));
    }
    if (old_locale != NULL) {
        setlocale(LC_CTYPE, old_locale);
        PyMem_Free(old_locale);
    }
    return status;
}

static PyObject *
locale_localeconv(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    struct lconv *lc = localeconv();
    /* A copy of what setlocale() would overwrite. */
    struct lconv copy = *lc;
    const struct {
        const char *name;
        int value;
    } numbers[] = {
        {"int_frac_digits", copy.int_frac_digits},
        {"frac_digits", copy.frac_digits},
        {"p_cs_precedes", copy.p_cs_precedes},
        {"p_sep_by_space", copy.p_sep_by_space},
        {"n_cs_precedes", copy.n_cs_precedes},
        {"n_sep_by_space", copy.n_sep_by_space},
        {"p_sign_posn", copy.p_sign_posn},
        {"n_sign_posn", copy.n_sign_posn},
    };
    if (add_monetary(dict, &copy) < 0
        || set_item_steal(dict, "mon_grouping",
                          grouping_list(copy.mon_grouping)) < 0) {
        goto error;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(numbers); i++) {
        if (set_item_steal(dict, numbers[i].name,
                           PyLong_FromLong(numbers[i].value)) < 0) {
            goto error;
        }
    }
    PyObject *decimal_point, *thousands_sep;
    if (_Py_GetLocaleconvNumeric(&copy, &decimal_point, &thousands_sep) < 0) {
        goto error;
    }
    if (set_item_steal(dict, "decimal_point", decimal_point) < 0) {
        Py_DECREF(thousands_sep);
        goto error;
    }
    if (set_item_steal(dict, "thousands_sep", thousands_sep) < 0
        || set_item_steal(dict, "grouping",
                          grouping_list(copy.grouping)) < 0) {
        goto error;
    }
    return dict;
error:
    Py_DECREF(dict);
    return NULL;
}

/* -- Collation ------------------------------------------------------------ */

static PyObject *
locale_strcoll(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("strcoll", nargs, 2, 2)) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument("strcoll", i == 0 ? "argument 1"
                                                 : "argument 2", "str",
                               args[i]);
            return NULL;
        }
    }
    PyObject *result = NULL;
    wchar_t *first = PyUnicode_AsWideCharString(args[0], NULL);
    wchar_t *second = first != NULL
                      ? PyUnicode_AsWideCharString(args[1], NULL) : NULL;
    if (second != NULL) {
        result = PyLong_FromLong(wcscoll(first, second));
    }
    PyMem_Free(first);
    PyMem_Free(second);
    return result;
}

static PyObject *
locale_strxfrm(PyObject *module, PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument("strxfrm", "argument", "str", arg);
        return NULL;
    }
    Py_ssize_t length;
    wchar_t *text = PyUnicode_AsWideCharString(arg, &length);
    if (text == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    wchar_t *buffer = NULL;
    if (wcslen(text) != (size_t)length) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        goto done;
    }
    size_t room = (size_t)length + 1;
    for (;;) {
        PyMem_Free(buffer);
        buffer = PyMem_New(wchar_t, room);
        if (buffer == NULL) {
            PyErr_NoMemory();
            goto done;
        }
        errno = 0;
        size_t needed = wcsxfrm(buffer, text, room);
        if (errno != 0 && errno != ERANGE) {
            PyErr_SetFromErrno(PyExc_OSError);
            goto done;
        }
        if (needed < room) {
            result = PyUnicode_FromWideChar(buffer, (Py_ssize_t)needed);
            goto done;
        }
        room = needed + 1;
    }
done:
    PyMem_Free(text);
    PyMem_Free(buffer);
    return result;
}

/* -- nl_langinfo() -------------------------------------------------------- */

static const struct {
    const char *name;
    int value;
} langinfo_constants[] = {
    {"ABDAY_1", ABDAY_1},
    {"ABDAY_2", ABDAY_2},
    {"ABDAY_3", ABDAY_3},
    {"ABDAY_4", ABDAY_4},
    {"ABDAY_5", ABDAY_5},
    {"ABDAY_6", ABDAY_6},
    {"ABDAY_7", ABDAY_7},
    {"ABMON_1", ABMON_1},
    {"ABMON_10", ABMON_10},
    {"ABMON_11", ABMON_11},
    {"ABMON_12", ABMON_12},
    {"ABMON_2", ABMON_2},
    {"ABMON_3", ABMON_3},
    {"ABMON_4", ABMON_4},
    {"ABMON_5", ABMON_5},
    {"ABMON_6", ABMON_6},
    {"ABMON_7", ABMON_7},
    {"ABMON_8", ABMON_8},
    {"ABMON_9", ABMON_9},
    {"ALT_DIGITS", ALT_DIGITS},
    {"AM_STR", AM_STR},
    {"CODESET", CODESET},
    {"CRNCYSTR", CRNCYSTR},
    {"DAY_1", DAY_1},
    {"DAY_2", DAY_2},
    {"DAY_3", DAY_3},
    {"DAY_4", DAY_4},
    {"DAY_5", DAY_5},
    {"DAY_6", DAY_6},
    {"DAY_7", DAY_7},
    {"D_FMT", D_FMT},
    {"D_T_FMT", D_T_FMT},
    {"ERA", ERA},
    {"ERA_D_FMT", ERA_D_FMT},
    {"ERA_D_T_FMT", ERA_D_T_FMT},
    {"ERA_T_FMT", ERA_T_FMT},
    {"MON_1", MON_1},
    {"MON_10", MON_10},
    {"MON_11", MON_11},
    {"MON_12", MON_12},
    {"MON_2", MON_2},
    {"MON_3", MON_3},
    {"MON_4", MON_4},
    {"MON_5", MON_5},
    {"MON_6", MON_6},
    {"MON_7", MON_7},
    {"MON_8", MON_8},
    {"MON_9", MON_9},
    {"NOEXPR", NOEXPR},
    {"PM_STR", PM_STR},
    {"RADIXCHAR", RADIXCHAR},
    {"THOUSEP", THOUSEP},
    {"T_FMT", T_FMT},
    {"T_FMT_AMPM", T_FMT_AMPM},
    {"YESEXPR", YESEXPR},
    {"_DATE_FMT", _DATE_FMT},
};

static PyObject *
locale_nl_langinfo(PyObject *module, PyObject *arg)
{
    int key = _PyLong_AsInt(arg);
    if (key == -1 && PyErr_Occurred()) {
        return NULL;
    }
    /* Other items may not be strings. */
    for (size_t i = 0; i < Py_ARRAY_LENGTH(langinfo_constants); i++) {
        if (langinfo_constants[i].value == key) {
            const char *result = nl_langinfo(key);
            return PyUnicode_DecodeLocale(result != NULL ? result : "", NULL);
        }
    }
    PyErr_SetString(PyExc_ValueError, "unsupported langinfo constant");
    return NULL;
}

static PyObject *
locale_getencoding(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return _Py_GetLocaleEncodingObject();
}

/* -- Messages ------------------------------------------------------------- */

static PyObject *
locale_gettext(PyObject *module, PyObject *arg)
{
    const char *message;
    if (!PyArg_Parse(arg, "s:gettext", &message)) {
        return NULL;
    }
    return PyUnicode_DecodeLocale(gettext(message), NULL);
}

static PyObject *
locale_dgettext(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    const char *domain, *message;
    if (!_PyArg_ParseStack(args, nargs, "zs:dgettext", &domain, &message)) {
        return NULL;
    }
    return PyUnicode_DecodeLocale(dgettext(domain, message), NULL);
}

static PyObject *
locale_dcgettext(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    const char *domain, *message;
    int category;
    if (!_PyArg_ParseStack(args, nargs, "zsi:dcgettext", &domain, &message,
                           &category)) {
        return NULL;
    }
    return PyUnicode_DecodeLocale(dcgettext(domain, message, category), NULL);
}

static PyObject *
locale_textdomain(PyObject *module, PyObject *arg)
{
    const char *domain;
    if (!PyArg_Parse(arg, "z:textdomain", &domain)) {
        return NULL;
    }
    const char *current = textdomain(domain);
    if (current == NULL) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyUnicode_DecodeLocale(current, NULL);
}

static PyObject *
locale_bindtextdomain(PyObject *module, PyObject *const *args,
                      Py_ssize_t nargs)
{
    const char *domain;
    PyObject *directory_obj;
    if (!_PyArg_CheckPositional("bindtextdomain", nargs, 2, 2)
        || !_PyArg_ParseStack(args, nargs, "sO:bindtextdomain", &domain,
                              &directory_obj)) {
        return NULL;
    }
    if (domain[0] == '\0') {
        PyErr_SetString(get_state(module)->error,
                        "domain must be a non-empty string");
        return NULL;
    }
    PyObject *bytes = NULL;
    const char *directory = NULL;
    if (directory_obj != Py_None) {
        if (!PyUnicode_FSConverter(directory_obj, &bytes)) {
            return NULL;
        }
        directory = PyBytes_AS_STRING(bytes);
    }
    const char *current = bindtextdomain(domain, directory);
    PyObject *result;
    if (current == NULL) {
        result = PyErr_SetFromErrno(PyExc_OSError);
    }
    else {
        result = PyUnicode_DecodeLocale(current, NULL);
    }
    Py_XDECREF(bytes);
    return result;
}

static PyObject *
locale_bind_textdomain_codeset(PyObject *module, PyObject *const *args,
                               Py_ssize_t nargs)
{
    const char *domain, *codeset;
    if (!_PyArg_ParseStack(args, nargs, "sz:bind_textdomain_codeset",
                           &domain, &codeset)) {
        return NULL;
    }
    codeset = bind_textdomain_codeset(domain, codeset);
    if (codeset == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_DecodeLocale(codeset, NULL);
}

/* -- The module ----------------------------------------------------------- */

static PyMethodDef locale_methods[] = {
    {"setlocale", _PyCFunction_CAST(locale_setlocale), METH_FASTCALL,
     "setlocale($module, category, locale=<unrepresentable>, /)\n--\n\n"
     "Set or ask a category's locale."},
    {"localeconv", locale_localeconv, METH_NOARGS,
     "localeconv($module, /)\n--\n\nHow numbers and money are written."},
    {"strcoll", _PyCFunction_CAST(locale_strcoll), METH_FASTCALL,
     "strcoll($module, os1, os2, /)\n--\n\nCompare two strings."},
    {"strxfrm", locale_strxfrm, METH_O,
     "strxfrm($module, string, /)\n--\n\n"
     "A string that compares as strcoll() does."},
    {"nl_langinfo", locale_nl_langinfo, METH_O,
     "nl_langinfo($module, key, /)\n--\n\nA detail of the locale."},
    {"getencoding", locale_getencoding, METH_NOARGS,
     "getencoding($module, /)\n--\n\nThe locale's encoding."},
    {"gettext", locale_gettext, METH_O,
     "gettext($module, msg, /)\n--\n\nA message's translation."},
    {"dgettext", _PyCFunction_CAST(locale_dgettext), METH_FASTCALL,
     "dgettext($module, domain, msg, /)\n--\n\n"
     "A message's translation in a domain."},
    {"dcgettext", _PyCFunction_CAST(locale_dcgettext), METH_FASTCALL,
     "dcgettext($module, domain, msg, category, /)\n--\n\n"
     "A message's translation in a domain and category."},
    {"textdomain", locale_textdomain, METH_O,
     "textdomain($module, domain, /)\n--\n\n"
     "Set or ask the domain of gettext()."},
    {"bindtextdomain", _PyCFunction_CAST(locale_bindtextdomain),
     METH_FASTCALL,
     "bindtextdomain($module, domain, dir, /)\n--\n\n"
     "Set or ask a domain's directory."},
    {"bind_textdomain_codeset",
     _PyCFunction_CAST(locale_bind_textdomain_codeset), METH_FASTCALL,
     "bind_textdomain_codeset($module, domain, codeset, /)\n--\n\n"
     "Set or ask a domain's encoding."},
    {NULL, NULL, 0, NULL}
};

static const struct {
    const char *name;
    int value;
} constants[] = {
    {"LC_CTYPE", LC_CTYPE}, {"LC_TIME", LC_TIME},
    {"LC_COLLATE", LC_COLLATE}, {"LC_MONETARY", LC_MONETARY},
    {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC},
    {"LC_ALL", LC_ALL}, {"CHAR_MAX", CHAR_MAX},
};

static int
locale_exec(PyObject *module)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name,
                                    constants[i].value) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(langinfo_constants); i++) {
        if (PyModule_AddIntConstant(module, langinfo_constants[i].name,
                                    langinfo_constants[i].value) < 0) {
            return -1;
        }
    }
    locale_state *state = get_state(module);
    state->error = PyErr_NewException("locale.Error", NULL, NULL);
    if (state->error == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Error", state->error);
}

static int
locale_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(get_state(module)->error);
    return 0;
}

static int
locale_clear(PyObject *module)
{
    Py_CLEAR(get_state(module)->error);
    return 0;
}

static void
locale_free(void *module)
{
    locale_clear((PyObject *)module);
}

PyDoc_STRVAR(module_doc, "Support for POSIX locales.");

static PyModuleDef_Slot locale_slots[] = {
    {Py_mod_exec, locale_exec},
    {0, NULL}
};

static struct PyModuleDef locale_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_locale",
    .m_doc = module_doc,
    .m_size = sizeof(locale_state),
    .m_methods = locale_methods,
    .m_slots = locale_slots,
    .m_traverse = locale_traverse,
    .m_clear = locale_clear,
    .m_free = locale_free,
};

PyMODINIT_FUNC
PyInit__locale(void)
{
    return PyModuleDef_Init(&locale_module);
}
