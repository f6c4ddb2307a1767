# Tests: unit tests with check, the conformance suite, benchmarks.
