/* Import statements. */

/* [.. level fromlist] -> [.. module] */
inst(IMPORT_NAME, 108, (level, fromlist -- res)) {
    res = eval_import_name(tstate, frame, NAME(oparg), fromlist, level);
    ERROR_IF(res == NULL);
}

/* [.. module] -> [.. module attribute] */
inst(IMPORT_FROM, 109, (from -- from, res)) {
    res = eval_import_from(tstate, from, NAME(oparg));
    ERROR_IF(res == NULL);
}

/* from module import * */
inst(IMPORT_STAR, 84, (from -- )) {
    ERROR_IF(eval_import_star(tstate, frame, from) < 0);
}
