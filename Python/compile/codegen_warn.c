/* SyntaxWarnings about expressions that cannot be meant: `is` with a
 * literal, calling or indexing a display. */

#include "Python.h"
#include "codegen.h"

/* May the operand sensibly stand beside `is`? */
static int
has_identity(expr_ty e)
{
    if (e->kind != Constant_kind) {
        return 1;
    }
    PyObject *value = e->v.Constant.value;
    return value == Py_None || value == Py_False || value == Py_True
           || value == Py_Ellipsis;
}

int
codegen_check_compare(struct compiler *c, expr_ty e)
{
    int left = has_identity(e->v.Compare.left);
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(e->v.Compare.ops); i++) {
        int op = asdl_seq_GET(e->v.Compare.ops, i);
        int right = has_identity(asdl_seq_GET(e->v.Compare.comparators, i));
        if ((op == Is || op == IsNot) && (!right || !left)) {
            return compiler_warn(
                c, op == Is
                       ? "\"is\" with a literal. Did you mean \"==\"?"
                       : "\"is not\" with a literal. Did you mean \"!=\"?");
        }
        left = right;
    }
    return 0;
}

/* The type that evaluating the expression gives, if it is evident. */
static PyTypeObject *
evident_type(expr_ty e)
{
    switch (e->kind) {
        case Tuple_kind:
            return &PyTuple_Type;
        case List_kind:
        case ListComp_kind:
            return &PyList_Type;
        case Dict_kind:
        case DictComp_kind:
            return &PyDict_Type;
        case Set_kind:
        case SetComp_kind:
            return &PySet_Type;
        case GeneratorExp_kind:
            return &PyGen_Type;
        case Lambda_kind:
            return &PyFunction_Type;
        case JoinedStr_kind:
        case FormattedValue_kind:
            return &PyUnicode_Type;
        case Constant_kind:
            return Py_TYPE(e->v.Constant.value);
        default:
            return NULL;
    }
}

int
codegen_check_caller(struct compiler *c, expr_ty e)
{
    switch (e->kind) {
        case Constant_kind:
        case Tuple_kind:
        case List_kind:
        case ListComp_kind:
        case Dict_kind:
        case DictComp_kind:
        case Set_kind:
        case SetComp_kind:
        case GeneratorExp_kind:
        case JoinedStr_kind:
        case FormattedValue_kind:
            return compiler_warn(c,
                                 "'%.200s' object is not callable; "
                                 "perhaps you missed a comma?",
                                 evident_type(e)->tp_name);
        default:
            return 0;
    }
}

int
codegen_check_subscripter(struct compiler *c, expr_ty e)
{
    switch (e->kind) {
        case Constant_kind: {
            PyObject *value = e->v.Constant.value;
            if (!(value == Py_None || value == Py_Ellipsis
                  || PyLong_Check(value) || PyFloat_Check(value)
                  || PyComplex_Check(value) || PyAnySet_Check(value)))
            {
                return 0;
            }
            break;
        }
        case Set_kind:
        case SetComp_kind:
        case GeneratorExp_kind:
        case Lambda_kind:
            break;
        default:
            return 0;
    }
    return compiler_warn(c,
                         "'%.200s' object is not subscriptable; "
                         "perhaps you missed a comma?",
                         evident_type(e)->tp_name);
}

int
codegen_check_index(struct compiler *c, expr_ty e, expr_ty index)
{
    PyTypeObject *type = evident_type(index);
    if (type == NULL
        || PyType_FastSubclass(type, Py_TPFLAGS_LONG_SUBCLASS)
        || type == &PySlice_Type)
    {
        return 0;
    }
    switch (e->kind) {
        case Constant_kind: {
            PyObject *value = e->v.Constant.value;
            if (!(PyUnicode_Check(value) || PyBytes_Check(value)
                  || PyTuple_Check(value)))
            {
                return 0;
            }
            break;
        }
        case Tuple_kind:
        case List_kind:
        case ListComp_kind:
        case JoinedStr_kind:
        case FormattedValue_kind:
            break;
        default:
            return 0;
    }
    return compiler_warn(c,
                         "%.200s indices must be integers or slices, "
                         "not %.200s; perhaps you missed a comma?",
                         evident_type(e)->tp_name, type->tp_name);
}
