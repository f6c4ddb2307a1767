#!/bin/sh
# CPython's own suite against the must-pass list; run by make check.
# BATON is the interpreter, TESTS_DIR this folder's parent.
set -eu
driver=$(command -pv python3.11) || {
    echo "python3.11, the reference and driver of the suite, is missing"
    exit 99
}
jobs=$(nproc 2>/dev/null || echo 2)
files=$(sed '/^#/d' "$TESTS_DIR/conformance/must-pass.txt" | cut -f1 | sort -u)
# shellcheck disable=SC2086
exec "$driver" "$TESTS_DIR/conformance/run_suite.py" --python "$BATON" \
    --files $files -j"$jobs" --must-pass "$TESTS_DIR/conformance/must-pass.txt" \
    --retry 2
