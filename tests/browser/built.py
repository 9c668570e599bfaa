"""The site as `mrkit site` makes it, once for all tests, served under a path from one folder.

`Lesson` is a lesson in the browser alone: a `Lab` whose kernel is the page's own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from lab import READY, Lab, notebook

from mrkit.installation import version_of
from mrkit.site import NEEDED

HOW = "the site's tests need Python 3.12 with mrkit[site] and npm; $MRKIT_SITE may name a site that is made already"
OWN = {"fails": ["1 / 0"], "goes on": ["print('on and on')"]}  # notebooks of a teacher's
PATH = "a-course/site"


def can_be_made() -> bool:
    """Whether there is a site, or all that it takes to make one."""
    return "MRKIT_SITE" in os.environ or (all(map(version_of, NEEDED)) and shutil.which("npm") is not None)


def make(folder: Path) -> tuple[Path, str]:
    """A site in a folder to be served, and what the command said."""
    place = folder / PATH
    place.parent.mkdir(parents=True)
    if made := os.environ.get("MRKIT_SITE"):
        place.symlink_to(made, target_is_directory=True)
        return place, ""
    own = folder.parent / "own"
    own.mkdir()
    for name, cells in OWN.items():
        (own / f"{name}.ipynb").write_text(json.dumps(notebook(f"# {name}", *cells)))
    (own / "torn.ipynb").write_text("{")
    command = [sys.executable, "-m", "mrkit", "site", str(place), "--lessons", str(own)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr
    return place, done.stdout


SAY = """async code => {
    let said = "";
    const future = window.panel.sessionContext.session.kernel.requestExecute({code});
    future.onIOPub = ({header, content}) => {
        if (header.msg_type === "stream") said += content.text;
        if (header.msg_type === "error") said += `${content.ename}: ${content.evalue}`;
    };
    await future.done;
    return said;
}"""


class Lesson(Lab):
    """A lesson in JupyterLite."""

    def __init__(self, page, address: str, name: str, cell: str = ""):
        self.page, self.name, self.errors = page, name, []
        page.on("pageerror", self._note)
        fragment = f"#cell-id={cell}" if cell else ""
        page.goto(f"{address}/lite/lab/index.html?path={name}{fragment}", wait_until="domcontentloaded")
        page.wait_for_function("window.jupyterapp !== undefined", timeout=120_000)
        self._call(READY, name, seconds=120)

    def say(self, code: str) -> str:
        """What a piece of code prints in the lesson's kernel."""
        return self.page.evaluate(SAY, code)

    def faults(self, first: int = 0) -> list[str]:
        """Run the cells, one after the other; those that did not end well, with what they said."""
        found = []
        for number, cell in enumerate(self.cells()):
            if cell["cell_type"] == "code" and number >= first:
                self.run_cell(number, seconds=120)
                found += [f"{cell['id']}: {said}" for said in _complaints(self.cells()[number])]
        return found


def _complaints(cell: dict) -> list[str]:
    errors = [f"{each['ename']}: {each['evalue']}" for each in cell["outputs"] if each["output_type"] == "error"]
    warnings = [each["text"] for each in cell["outputs"] if each.get("name") == "stderr"]
    return errors + warnings + (["it did not run"] if cell["execution_count"] is None else [])
