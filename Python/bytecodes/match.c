/* Pattern matching. */

/* [.. obj] -> [.. obj len(obj)] */
inst(GET_LEN, 30, (obj -- obj, len)) {
    Py_ssize_t length = PyObject_Length(obj);
    ERROR_IF(length < 0);
    len = PyLong_FromSsize_t(length);
    ERROR_IF(len == NULL);
}

/* [.. subject] -> [.. subject bool] */
inst(MATCH_MAPPING, 31, (subject -- subject, res)) quiet {
    res = Py_NewRef(Py_TYPE(subject)->tp_flags & Py_TPFLAGS_MAPPING
                    ? Py_True : Py_False);
}

inst(MATCH_SEQUENCE, 32, (subject -- subject, res)) quiet {
    res = Py_NewRef(Py_TYPE(subject)->tp_flags & Py_TPFLAGS_SEQUENCE
                    ? Py_True : Py_False);
}

/* The values of the keys, or None if one is missing. */
inst(MATCH_KEYS, 33, (subject, keys -- subject, keys, values)) {
    values = eval_match_keys(tstate, subject, keys);
    ERROR_IF(values == NULL);
}

/* The attributes for oparg positional and the named subpatterns, or None.
   [.. subject type names] -> [.. attributes] */
inst(MATCH_CLASS, 152, (subject, type, names -- attributes)) {
    attributes = eval_match_class(tstate, subject, type, oparg, names);
    ERROR_IF(attributes == NULL && _PyErr_Occurred(tstate));
    if (attributes == NULL) {
        attributes = Py_NewRef(Py_None);
    }
}
