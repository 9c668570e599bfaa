"""The record player: a small job, record by record, for a learner to step through.

Serves lessons. It holds the story of one run (story.py) as one JSON text, and what the page and Python share: which
step is shown, and what is picked. The page only draws. It must never hold more than the sample that it shows.

Measured in JupyterLab 4.6 with anywidget 0.11: an output with a widget view reads "Error displaying widget" when it is
opened again, and is blank in nbconvert's HTML offline. So this widget's output is its still picture alone (living.py):
the living player takes its place when the cell runs, and after a reload of the page while the kernel lives. A reopened
notebook, nbconvert's HTML and a static viewer show the picture with its text.
"""

from __future__ import annotations

import json
from typing import Any

import traitlets

from mrkit import arguments
from mrkit.errors import BadArgument, short
from mrkit.job import Run
from mrkit.views.widgets.living import LivingWidget, css, esm
from mrkit.views.widgets.player.still import picture, text
from mrkit.views.widgets.player.story import story


class Player(LivingWidget):
    """Play a run step by step. The functions are the job's own: with them, the player shows their running lines.

    To find these lines, the functions are run once more on the records that are shown. `step` is the step that is
    shown, from 0; `picked` is the id of what is picked, such as "r0", the result of the key that was met first.
    With `hashes` it says how a key's hash decides on its partition.

    >>> from mrkit import MapReduce
    >>> def words(line):
    ...     for word in line.split():
    ...         yield word, 1
    >>> def total(item):
    ...     word, ones = item
    ...     return word, sum(ones)
    >>> run = MapReduce(words, total, num_partitions=2, executor="serial").run(["the cat", "the dog"])
    >>> player = Player(run)
    >>> player.step = 2
    >>> player.says
    "Worker main gives input 1 to words() and gets ('the', 1)."
    """

    _esm = esm(__file__)
    _css = css(__file__)
    rows = traitlets.Unicode().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    picked = traitlets.Unicode("").tag(sync=True)

    @arguments.takes(hashes=arguments.flag)
    def __init__(self, run: Run, hashes: bool = False):
        self._story = story(run, hashes)
        super().__init__(rows=json.dumps(self._story.rows()))

    @traitlets.validate("step")
    def _check_step(self, proposal: Any) -> int:
        last = len(self._story.steps) - 1
        if not 0 <= proposal["value"] <= last:
            raise BadArgument(f"This player has the steps 0 to {last}; there is no step {short(proposal['value'])}.")
        return proposal["value"]

    @property
    def says(self) -> str:
        """The sentence of the step that is shown."""
        return self._story.steps[self.step].text

    def still(self) -> tuple[str, str, str]:
        """The picture of the whole run, its text and its caption."""
        told = self._story
        sample = f" ({told.sample})" if told.sample else ""
        return picture(told), text(told), f"{told.title}: {told.summary}{sample}. Run the cell to play it."
