"""What Sphinx is told: which pages there are, how they look, and that nobody who reads them asks the network.

`mrkit site` (pages.py) lays this file beside the pages that it gathers, and says by its environment what it was asked.
"""

import os
from typing import Any

project = "mrkit"
html_title = "mrkit"
copyright = "The mrkit team, MIT licence"
extensions = ["myst_nb", "sphinx.ext.autodoc"]
templates_path = ["_templates"]
html_static_path = ["_static"]
html_theme = "furo"
html_sidebars = {
    "**": [
        *("sidebar/brand.html", "sidebar/search.html", "sidebar/scroll-start.html"),
        *("to_the_lessons.html", "sidebar/navigation.html", "sidebar/scroll-end.html"),
    ]
}
html_css_files = ["mrkit.css"]
html_js_files = [("living.js", {"type": "module"})]
html_show_sourcelink = False
html_copy_source = False
html_context = {"repository": os.environ.get("MRKIT_SITE_REPOSITORY", "")}
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"

default_role = "code"  # in docstrings, as in Markdown
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the signatures of the docstrings' first lines say enough
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_ipywidgets_js: dict[str, Any] = {}  # they would come from a CDN; see living.js
nb_merge_streams = True
suppress_warnings = ["myst.xref_missing", "myst.header", "mystnb.unknown_mime_type"]  # what is only in the repository


def name_cells(app: Any, doctree: Any) -> None:
    """Each cell of a notebook has an address: `#cell-` and its id, which no new edition changes."""
    path = os.fspath(app.env.doc2path(app.env.docname))
    if not path.endswith(".ipynb"):
        return
    import nbformat
    from docutils import nodes

    cells = nbformat.read(path, as_version=4).cells
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            cell["ids"].append(f"cell-{cells[cell['cell_index']].id}")


def set_code(app: Any, what: str, name: str, object: Any, options: Any, lines: list[str]) -> None:
    """What stands indented after a colon is code in mrkit's docstrings, as people write it."""
    for i in range(len(lines) - 2):
        indented = lines[i + 2].startswith(" " * (len(lines[i]) - len(lines[i].lstrip()) + 4))
        if lines[i].endswith(":") and not lines[i].endswith("::") and not lines[i + 1] and indented:
            lines[i] += ":"


def setup(app: Any) -> None:
    """Take part in Sphinx."""
    app.connect("doctree-read", name_cells)
    app.connect("autodoc-process-docstring", set_code)
