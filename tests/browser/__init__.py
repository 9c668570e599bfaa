"""Browser tests; a package, because tests/views has test files of the same names."""
