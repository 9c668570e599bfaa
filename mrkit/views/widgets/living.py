"""What a widget leaves in a saved notebook: a still picture with its text, never an empty box.

Serves every widget. JupyterLab does not save widgets: an output with a widget view reads "Error displaying widget" when
the notebook is opened again, and stays blank in nbconvert's HTML without a network, whatever else that output holds. So
no output of mrkit may have a widget view. `bundle` makes an output of an `<img alt>` and text, for a widget that has
done its work. A `LivingWidget` shows itself by such an output too, and its JavaScript (living.js) puts the living
widget over the picture for as long as the kernel knows it.
"""

from __future__ import annotations

import base64
import re
import uuid
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from mrkit.views import style

HERE = Path(__file__).parent


IMPORT = re.compile(r'^import \{[^}]*\} from "(.+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def in_place(place: str, html: str) -> str:
    """HTML that the living widget of this `place` puts itself over (living.js finds it by this name)."""
    return f'<div data-mrkit-place="{place}">{html}</div>'


def bundle(picture: str | bytes, text: str, caption: str = "", place: str = "") -> dict[str, str]:
    """The output of a cell, as a MIME bundle: `display(bundle(...), raw=True)`.

    `picture` is the text of an SVG, or the bytes of a PNG. `text` says what is seen, for those who do not see it;
    `caption` stands under the picture. `place` is where a living widget may put itself.

    >>> sorted(bundle("<svg/>", "Three bars.", "Each bar is a worker."))
    ['text/html', 'text/plain']
    """
    svg = isinstance(picture, str)
    data = base64.b64encode(picture.encode() if isinstance(picture, str) else picture).decode()
    kind = "image/svg+xml" if svg else "image/png"
    image = (
        f'{style.TURNED}<img src="data:{kind};base64,{data}" alt="{escape(text)}" class="mrkit-drawn"'
        ' style="max-width: 100%">'
    )
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    html = in_place(place, f'<figure style="margin: 0">{image}{below}</figure>')
    return {"text/html": html, "text/plain": text} | ({} if svg else {"image/png": data})


def esm(file: str | Path) -> str:
    """The JavaScript of a widget as one module: the .js beside this file, after the files that it imports.

    Each file is an ES module, for editors and tests. A notebook has no address to import them from: so they are joined,
    in the order in which they need each other, without their `import` lines and `export` words. Therefore a name at
    the top level stands for one thing in all files of a widget (a test holds that).
    """
    joined: dict[Path, str] = {}
    _join(Path(file).with_suffix(".js").resolve(), joined)
    return "\n".join(joined.values())


def _join(path: Path, joined: dict[Path, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for needed in IMPORT.findall(text):
        if (other := (path.parent / needed).resolve()) not in joined:
            _join(other, joined)
    joined[path] = EXPORT.sub("", IMPORT.sub("", text))


def css(file: str | Path) -> str:
    """The shared look, and a widget's own: the .css beside this file."""
    files = HERE / "base.css", HERE / "fullscreen.css", Path(file).with_suffix(".css")
    return "".join(path.read_text(encoding="utf-8") for path in files)


class LivingWidget(anywidget.AnyWidget):
    """A widget whose output is a still picture. Subclasses say `still()` and `_esm = esm(__file__)`, maybe `_css`."""

    place = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any):
        super().__init__(place=uuid.uuid4().hex, **traits)

    def still(self) -> tuple[str | bytes, str, str]:
        """The picture, its text and its caption: the first arguments of `bundle`."""
        raise NotImplementedError

    def over(self, html: str, text: str) -> dict[str, str]:
        """An output of HTML and text, as a MIME bundle, for this widget to put itself over."""
        return {"text/html": in_place(self.place, html), "text/plain": text}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # type: ignore[override]
        return bundle(*self.still(), place=self.place)
