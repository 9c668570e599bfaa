"""Widgets: a folder for each, with its Python, its style, and its JavaScript (one file a subject, joined when loaded).

What all share stands here: `living` puts a widget in the place of its still picture, dom.js makes elements, base.css
has the colours. What is pure about a widget is a file of its own, and tested without a browser.
"""
