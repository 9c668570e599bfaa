"""What if: a virtual cluster with its controls, the run that they give beside one that was kept, on the same scales.

The browser sends how the controls stand, Python reckons and draws. While a slider is dragged one seed is reckoned, and
five when it rests. It needs no numpy and no matplotlib, so that it works in a browser's Python too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import traitlets

from mrkit.errors import BadArgument
from mrkit.views.widgets.living import LivingWidget, css, esm
from mrkit.views.widgets.whatif import drawing
from mrkit.views.widgets.whatif.settings import CONTROLS, SEEDS, Answer, Settings, answer

NEXT = {  # what to do where there is one picture
    "At first": "Turn one control at a time, and guess first: does the whole job take longer? Where do you see why?",
    "Kept": "This run is kept: turn a control, and the new one stands beside it.",
}


class WhatIf(LivingWidget):
    """The widget. `now` and `kept` are the answers that it shows, both on its one `scale`."""

    _esm = esm(__file__)
    _css = css(__file__)

    controls: traitlets.List = traitlets.List().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)  # from the browser: {"number", "values", "resting", "keep"}
    shown = traitlets.Dict().tag(sync=True)  # to the browser

    def __init__(self, settings: Settings, names: Iterable[str]):
        chosen = [control for control in CONTROLS if control.name in set(names)]
        self.now = self.kept = answer(settings)
        self.scale = drawing.Scale.around(self.now if self.now.total else answer(Settings(), 1))
        controls = [control._asdict() | {"value": getattr(settings, control.name)} for control in chosen]
        self._before = "At first"
        super().__init__(controls=controls)
        self._show(0)
        self.observe(self._answer, "asked")

    def set(self, **values: Any) -> str:
        """Turn controls without a mouse; what follows, in words."""
        self._reckon(Settings.of(vars(self.now.settings) | values), SEEDS)
        self._show(self.shown.get("number", 0))
        return drawing.said(self.now, self.kept)

    def keep(self) -> None:
        """From now on, compare with what is shown now."""
        self._keep()
        self._show(self.shown.get("number", 0))

    def _answer(self, change: Any) -> None:
        asked = change["new"]
        if asked.get("keep"):
            self._keep()
        else:
            values = vars(self.now.settings) | asked["values"]
            self._reckon(Settings.of(values), SEEDS if asked.get("resting") else 1)
        self._show(asked["number"])

    def _keep(self) -> None:
        self.kept, self._before = self.now, "Kept"

    def _reckon(self, settings: Settings, seeds: int) -> None:
        if (settings, seeds) != (self.now.settings, self.now.seeds):
            self.now = answer(settings, seeds)

    def _show(self, number: int) -> None:
        same = self.now.settings == self.kept.settings  # then one picture says it all
        self.shown = {
            "number": number,
            "now": drawing.picture(self.now, self.scale, _title("Now", self.now)),
            "kept": "" if same else drawing.picture(self.kept, self.scale, _title(self._before, self.kept)),
            "said": drawing.said(self.now, self.kept) + (f" {NEXT[self._before]}" if same and self.now.total else ""),
            "values": {control["name"]: getattr(self.now.settings, control["name"]) for control in self.controls},
        }

    def still(self) -> tuple[str, str, str]:
        """As it is now, for a saved notebook."""
        return drawing.picture(self.now, self.scale, _title("Calculated", self.now)), drawing.alt(self.now), ""


def _title(name: str, about: Answer) -> str:
    return f"{name}: {about.total}".replace("\u00a0", " ") if about.total else name


def whatif(*controls: str, **settings: Any) -> WhatIf:
    """A sort on a virtual cluster, and what happens if it is another one. All of it is reckoned.

    `controls` are the names of those to show, or all; `settings` are their first values: `whatif("backups", ill=5)`.
    """
    names = [control.name for control in CONTROLS]
    unknown = [name for name in [*controls, *settings] if name not in names]
    if unknown:
        raise BadArgument(f"There is no control {unknown[0]!r}. Take some of: {', '.join(names)}.")
    return WhatIf(Settings(**settings), controls or names)
