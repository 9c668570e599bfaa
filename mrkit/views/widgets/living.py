"""What a widget leaves in a saved notebook: a still picture with its text, never an empty box.

Serves every widget. JupyterLab does not save widgets: an output with a widget view reads "Error displaying widget" when
the notebook is opened again, and stays blank in nbconvert's HTML without a network, whatever else that output holds. So
no output of mrkit may have a widget view. `bundle` makes an output of an `<img alt>` and text, for a widget that has
done its work. A `LivingWidget` shows itself by such an output too, and its JavaScript (living.js) puts the living
widget over the picture for as long as the kernel knows it.
"""

from __future__ import annotations

import base64
import uuid
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

HERE = Path(__file__).parent


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
    image = f'<img src="data:{kind};base64,{data}" alt="{escape(text)}" style="max-width: 100%">'
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    html = f'<div data-mrkit-place="{place}"><figure style="margin: 0">{image}{below}</figure></div>'
    return {"text/html": html, "text/plain": text} | ({} if svg else {"image/png": data})


def esm(*names: str, render: str = "render") -> str:
    """The JavaScript of a living widget: its files joined, in which a function called `render` draws it."""
    files = "".join((HERE / file).read_text(encoding="utf-8") for file in ("living.js", *names))
    return f"{files}\nexport default living({render});\n"


def css(name: str) -> str:
    """The shared look and a widget's own."""
    return "".join((HERE / file).read_text(encoding="utf-8") for file in ("base.css", name))


class LivingWidget(anywidget.AnyWidget):
    """A widget whose output is a still picture. Subclasses say `still()`, `_esm = esm(...)` and `_css = css(...)`."""

    place = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any):
        super().__init__(place=uuid.uuid4().hex, **traits)

    def still(self) -> tuple[str | bytes, str, str]:
        """The picture, its text and its caption: the first arguments of `bundle`."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # type: ignore[override]
        return bundle(*self.still(), place=self.place)
