/* Quickening: the instructions of warm code become adaptive, pairs of frequent
   ones become one. */

#include "Python.h"
#include "pycore_code.h"
#include "pycore_opcode.h"
#include "pycore_specialize.h"

Py_ssize_t _Py_QuickenedCount = 0;

/* The one instruction for two plain ones in a row, or 0. */
static int
fused_opcode(int first, int second)
{
    static const struct {
        uint8_t first;
        uint8_t second;
        uint8_t fused;
    } pairs[] = {
        {LOAD_FAST, LOAD_FAST, LOAD_FAST__LOAD_FAST},
        {STORE_FAST, LOAD_FAST, STORE_FAST__LOAD_FAST},
        {LOAD_CONST, LOAD_FAST, LOAD_CONST__LOAD_FAST},
        {STORE_FAST, STORE_FAST, STORE_FAST__STORE_FAST},
        {LOAD_FAST, LOAD_CONST, LOAD_FAST__LOAD_CONST},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(pairs); i++) {
        if (pairs[i].first == first && pairs[i].second == second) {
            return pairs[i].fused;
        }
    }
    return 0;
}

/* The form of an instruction without cache that need not count any more. */
static int
quick_opcode(int opcode)
{
    switch (opcode) {
    case EXTENDED_ARG:
        return EXTENDED_ARG_QUICK;
    case JUMP_BACKWARD:
        return JUMP_BACKWARD_QUICK;
    case RESUME:
        return RESUME_QUICK;
    default:
        return opcode;
    }
}

void
_PyCode_Quicken(PyCodeObject *code)
{
    _Py_QuickenedCount++;
    _Py_CODEUNIT *instructions = _PyCode_CODE(code);
    int previous = -1;
    for (Py_ssize_t i = 0; i < Py_SIZE(code); i++) {
        int opcode = _PyOpcode_Deopt[_Py_OPCODE(instructions[i])];
        if (_PyOpcode_Adaptive[opcode]) {
            /* its counter is zero: the first execution specialises */
            _Py_SET_OPCODE(instructions[i], _PyOpcode_Adaptive[opcode]);
            i += _PyOpcode_Caches[opcode];
            previous = -1;
            continue;
        }
        _Py_SET_OPCODE(instructions[i], quick_opcode(opcode));
        int fused = previous < 0 ? 0 : fused_opcode(previous, opcode);
        if (fused) {
            _Py_SET_OPCODE(instructions[i - 1], fused);
        }
        previous = opcode;
    }
}
