"""The shuffle as a matrix that is pointed at: which records went from a map task to a partition."""
