"""Widgets: a folder for each, with its Python, JavaScript and style, and what is pure about it; `living` is shared."""
