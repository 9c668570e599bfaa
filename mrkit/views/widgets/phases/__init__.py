"""The tables of all phases of one run, side by side."""
