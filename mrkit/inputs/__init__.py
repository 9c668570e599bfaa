"""Inputs that know their own splits: lines of text files, here or behind a URL."""

from mrkit.inputs.text import TextLines, TextSplit, expand, parse_size, text_lines

__all__ = ["TextLines", "TextSplit", "expand", "parse_size", "text_lines"]
