"""A real JupyterLab, offline, in a real browser: what the browser tests stand on.

`Server` is one JupyterLab on a free port with a token, in a folder of its own, without network, extensions or news.
`Lab` is one page that shows one notebook: it runs cells, reads the notebook model (not the page: what is out of sight
has no text there) and takes pictures into `shots/`, which git ignores.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import mrkit

SHOTS = Path(__file__).parent / "shots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
SETTINGS = {
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
HOW = "browser tests need Playwright (pip install 'mrkit[test]') and Chromium (playwright install chromium)"


def chromium() -> str | None:
    """The path of a Chromium: $CHROMIUM, the system's, or the one that playwright installed."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
        found = own if os.path.exists(own) else None
    return found


def notebook(*cells: str) -> dict[str, Any]:
    """A notebook of code cells."""
    import nbformat

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return book


class Server:
    """JupyterLab with `folder` as its root; a process group of its own, so that no kernel survives it."""

    def __init__(self, folder: Path, theme: str = "light"):
        self.folder, self.token = folder, secrets.token_hex(16)
        (folder / "work").mkdir(parents=True)
        (folder / "overrides.json").write_text(
            json.dumps(SETTINGS | {"@jupyterlab/apputils-extension:themes": {"theme": THEMES[theme]}})
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = (folder / "server.log").open("wb")
        own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTERLAB_SETTINGS_DIR": "settings"}
        own |= {"JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython"}
        environment = {name: str(folder / value) for name, value in own.items()}
        environment["JUPYTER_CONFIG_PATH"] = str(Path(mrkit.__file__).parent / "cli" / "jupyter")  # as `mrkit lab` does
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
                *("--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}"),
                *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"),
                *(f"--LabApp.app_settings_dir={folder}", f"--ServerApp.root_dir={folder / 'work'}"),
            ],
            env=os.environ | environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=os.name != "nt",
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/api?token={self.token}", timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.close()
        raise RuntimeError("JupyterLab did not start:\n" + (self.folder / "server.log").read_text()[-2000:])

    def write(self, name: str, book: dict[str, Any] | Path) -> str:
        """Put a notebook into the server's folder; its name there."""
        text = book.read_text(encoding="utf-8") if isinstance(book, Path) else json.dumps(book)
        (self.folder / "work" / name).write_text(text, encoding="utf-8")
        return name

    def close(self) -> None:
        """End the server; it ends its kernels."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


READY = """async path => {
    const app = window.jupyterapp;
    await app.started; await app.restored;
    for (;;) {
        const panel = [...app.shell.widgets("main")].find(w => w.context && w.context.path === path);
        if (panel && panel.sessionContext) {
            await panel.context.ready; await panel.sessionContext.ready;
            const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
            if (kernel) { await kernel.info; app.shell.activateById(panel.id); window.panel = panel; return; }
        }
        await new Promise(done => setTimeout(done, 50));
    }
}"""


class Lab:
    """One notebook in one page."""

    def __init__(self, page: Any, server: Server, name: str, kernel: bool = True):
        """Open the notebook `name` of the server's folder; without `kernel`, only look at it.

        In a page that has shown another one, JupyterLab stays and opens it beside.
        """
        self.page, self.name, self.errors = page, name, []
        page.on("pageerror", self._note)
        if page.url == "about:blank":
            page.goto(f"{server.url}/doc/tree/{name}?token={server.token}", wait_until="domcontentloaded")
            page.wait_for_function("window.jupyterapp !== undefined", timeout=60_000)
        else:
            self.change_theme("light")
            self._call("path => { window.jupyterapp.commands.execute('docmanager:open', {path}); }", name)
        if kernel:
            self._call(READY, name, seconds=60)
        else:
            page.wait_for_selector(".jp-Notebook .jp-OutputArea-output", timeout=60_000)

    def run(self, seconds: float = 60, wait: bool = True) -> None:
        """Run all cells; with `wait`, until they have ended."""
        done = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
        self._call(done if wait else f"() => {{ ({done})(); }}", seconds=seconds)

    def run_cell(self, cell: int, seconds: float = 60, wait: bool = True) -> None:
        """Run one cell; with `wait`, until it has ended."""
        run = "window.jupyterapp.commands.execute('notebook:run-cell')"
        script = f"cell => {{ window.panel.content.activeCellIndex = cell; {'return ' if wait else ''}{run}; }}"
        self._call(script, cell, seconds)

    def change_theme(self, theme: str) -> None:
        """Make the page "light" or "dark"."""
        self._call("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", THEMES[theme])
        self.page.wait_for_selector(
            f"body[data-jp-theme-light={'true' if theme == 'light' else 'false'}]", state="attached"
        )

    def cells(self) -> list[dict[str, Any]]:
        """The cells of the notebook model, with their outputs, as they would be saved."""
        return self.page.evaluate("() => window.panel.content.model.toJSON().cells")

    def outputs(self, cell: int) -> list[dict[str, Any]]:
        """The outputs of one cell."""
        return self.cells()[cell]["outputs"]

    def save(self) -> None:
        """Save the notebook."""
        self._call("() => window.panel.context.save()")

    def interrupt(self) -> None:
        """Interrupt the kernel, as the stop button of the toolbar does."""
        self._call("() => window.panel.sessionContext.session.kernel.interrupt()")

    def shutdown(self) -> None:
        """End the kernel."""
        self._call("() => window.panel && window.panel.sessionContext.shutdown()")

    def close(self) -> None:
        """End the kernel and close the notebook, saved or not."""
        self.page.remove_listener("pageerror", self._note)
        self.shutdown()
        self._call("() => { if (window.panel) { window.panel.dispose(); window.panel = null; } }")
        self.page.mouse.move(0, 0)

    def _note(self, error: Any) -> None:
        self.errors.append(str(error))

    def show(self, selector: str) -> Any:
        """The first element that fits, scrolled into sight."""
        element = self.page.locator(selector).first
        element.wait_for(state="attached", timeout=20_000)
        element.evaluate("element => element.scrollIntoView({block: 'start'})")
        return element

    def shot(self, name: str, selector: str | None = None) -> Path:
        """A picture of the page or of one element, for a person to look at."""
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{name}.png"
        (self.page.locator(selector).first if selector else self.page).screenshot(path=path)
        return path

    def violations(self, selector: str) -> list[str]:
        """What axe-core finds wrong in the elements that fit: serious and critical only."""
        import axe_playwright_python

        axe = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        # Lab has a module loader of its own, which axe would take for its home.
        self.page.evaluate("source => { const define = undefined; eval(source); }", axe)
        found = self.page.evaluate("selector => window.axe.run(selector)", selector)["violations"]
        return [
            f"{each['id']} ({each['impact']}): {node['html'][:200]} {node['failureSummary']}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def _call(self, script: str, argument: Any = None, seconds: float = 20) -> Any:
        limited = f"""async argument => {{
            let timer;
            const late = new Promise((_, no) => {{
                timer = setTimeout(() => no(new Error("not done within {seconds} seconds")), {seconds * 1000});
            }});
            const done = await Promise.race([({script})(argument), late]);
            clearTimeout(timer);
            return ["string", "number", "boolean"].includes(typeof done) ? done : null;
        }}"""
        return self.page.evaluate(limited, argument)
