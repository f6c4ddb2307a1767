/* Jumps, entry and return. */

inst(JUMP_FORWARD, 110, ( -- )) jumps quiet {
    JUMP(oparg);
}

/* The end of a loop: counts towards quickening, looks at the eval breaker. */
inst(JUMP_BACKWARD, 140, ( -- )) jumps polls {
    _PyCode_Warmup(frame->f_code);
    JUMP(-oparg);
}

inst(JUMP_BACKWARD_QUICK, 38, ( -- )) specializes(JUMP_BACKWARD) jumps polls {
    JUMP(-oparg);
}

/* The loop of `await`: must not be interrupted between two sends. */
inst(JUMP_BACKWARD_NO_INTERRUPT, 134, ( -- )) jumps quiet {
    JUMP(-oparg);
}

/* A true value is dropped, a false one stays and is jumped with. */
inst(JUMP_IF_FALSE_OR_POP, 111, (cond -- )) jumps effect(jump ? 0 : -1) {
    int truth = TRUTH(cond);
    ERROR_IF(truth < 0);
    if (!truth) {
        JUMP_KEEPING(oparg);
    }
}

inst(JUMP_IF_TRUE_OR_POP, 112, (cond -- )) jumps effect(jump ? 0 : -1) {
    int truth = TRUTH(cond);
    ERROR_IF(truth < 0);
    if (truth) {
        JUMP_KEEPING(oparg);
    }
}

inst(POP_JUMP_FORWARD_IF_FALSE, 114, (steal cond -- )) jumps quiet {
    int truth = TRUTH_STEAL(cond);
    ERROR_IF(truth < 0);
    if (!truth) {
        JUMP(oparg);
    }
}

inst(POP_JUMP_FORWARD_IF_TRUE, 115, (steal cond -- )) jumps quiet {
    int truth = TRUTH_STEAL(cond);
    ERROR_IF(truth < 0);
    if (truth) {
        JUMP(oparg);
    }
}

inst(POP_JUMP_FORWARD_IF_NOT_NONE, 128, (value -- )) jumps {
    if (!Py_IsNone(value)) {
        JUMP(oparg);
    }
}

inst(POP_JUMP_FORWARD_IF_NONE, 129, (value -- )) jumps {
    if (Py_IsNone(value)) {
        JUMP(oparg);
    }
}

inst(POP_JUMP_BACKWARD_IF_NOT_NONE, 173, (value -- )) jumps polls {
    if (!Py_IsNone(value)) {
        JUMP(-oparg);
    }
}

inst(POP_JUMP_BACKWARD_IF_NONE, 174, (value -- )) jumps polls {
    if (Py_IsNone(value)) {
        JUMP(-oparg);
    }
}

inst(POP_JUMP_BACKWARD_IF_FALSE, 175, (steal cond -- )) jumps polls {
    int truth = TRUTH_STEAL(cond);
    ERROR_IF(truth < 0);
    if (!truth) {
        JUMP(-oparg);
    }
}

inst(POP_JUMP_BACKWARD_IF_TRUE, 176, (steal cond -- )) jumps polls {
    int truth = TRUTH_STEAL(cond);
    ERROR_IF(truth < 0);
    if (truth) {
        JUMP(-oparg);
    }
}

/* -- Entry and return --------------------------------------------------------------- */

/* The start of a function (oparg 0), or what a yield, yield from or await
   continues with (1, 2, 3). */
inst(RESUME, 151, ( -- )) polls(oparg < 2) {
    _PyCode_Warmup(frame->f_code);
}

inst(RESUME_QUICK, 150, ( -- )) specializes(RESUME) polls(oparg < 2) {
}

/* Return the top to the caller. */
inst(RETURN_VALUE, 83, (value -- )) raw {
    retval = value;
    stack_pointer--;
    goto return_value;
}
